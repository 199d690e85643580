#include "agent/vnc_server/server_session.hpp"

#include <catch2/catch.hpp>
#include <deque>
#include <thread>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/mailbox.hpp"
#include "rfb-ext/wire/types.hpp"
#include "rfb-ext/wire/vnc_auth.hpp"
#include "tests/unit/agent/vnc_server/fake_server.hpp"
#include "tests/unit/rfb-ext/base/temporary_folder.hpp"

using namespace pronto;
using namespace pronto::vnc_server;
using namespace std::chrono_literals;
using namespace std::string_literals;
using Catch::Contains;
using test::Listener;
using test::Wire;

namespace {

const std::string version = "RFB 003.008\n";
const std::string none_offered = "\x01\x01";
const std::string password_offered = "\x01\x02";
const std::string fine("\0\0\0\0", 4);
const std::string press_a("\x04\x01\0\0\0\0\0a", 8), release_a("\x04\0\0\0\0\0\0a", 8);

std::string server_init() {
    return std::string(as_text(wire::write({{640, 480}, {}, "a desk"})));
}

/// A session with one server that the test plays, and viewers whose hub it plays.
struct Stage {
    explicit Stage(Times times = {}, std::filesystem::path password_file = {})
        : session(Server{{"127.0.0.1", listener.port()}, std::move(password_file)},
                  {[this](ServerSession::Viewer viewer, const Trouble& trouble) {
                       box.post([this, viewer, trouble] { lost.push_back({viewer, trouble}); });
                   },
                   [this](ServerSession::Viewer viewer, const std::string& why) {
                       box.post([this, viewer, why] { gone.push_back({viewer, why}); });
                   }},
                  times) {}

    ServerSession::Viewer start(Permission permission = Permission::control) {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        hub = Wire(ends[0]);
        return session.start(ends[1], permission);
    }
    /// The server's side, without a password.
    Wire let_in() {
        auto server = listener.accept();
        server.say(version);
        CHECK(server.hear(12) == version);
        server.say(none_offered);
        CHECK(server.hear(1) == "\x01");
        server.say(fine);
        CHECK(server.hear(1) == "\x01");  // shared
        server.say(server_init());
        return server;
    }
    /// The hub's side.
    void join() {
        CHECK(hub.hear(12) == version);
        hub.say(version);
        CHECK(hub.hear(2) == none_offered);
        hub.say("\x01");
        CHECK(hub.hear(4) == fine);
        hub.say("\x01");
        CHECK(hub.hear(server_init().size()) == server_init());
    }
    Trouble wait_lost() {
        wait([this] { return !lost.empty(); });
        return lost.back().second;
    }
    void wait(const std::function<bool()>& until) {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (!until() && box.wait_until(deadline)) box.run();
        REQUIRE(until());
    }

    Listener listener;
    Mailbox box;
    std::deque<std::pair<ServerSession::Viewer, Trouble>> lost;
    std::deque<std::pair<ServerSession::Viewer, std::string>> gone;
    Wire hub;
    ServerSession session;
};

}  // namespace

TEST_CASE("bytes flow both ways between the hub and a server of its own connection") {
    Stage it;
    const auto viewer = it.start();
    auto server = it.let_in();
    it.join();
    server.say("picture");
    CHECK(it.hub.hear(7) == "picture");
    it.hub.say(press_a);
    CHECK(server.hear(8) == press_a);
    it.hub.say(release_a.substr(0, 3));
    it.hub.say(release_a.substr(3));
    CHECK(server.hear(8) == release_a);
    it.session.stop(viewer);
    CHECK(it.hub.has_ended());
    CHECK(server.has_ended());
    it.box.run();
    CHECK(it.lost.empty());
    CHECK(it.gone.empty());
}

TEST_CASE("what comes together with the handshakes is not lost") {
    Stage it;
    it.start();
    auto server = it.listener.accept();
    server.say(version);
    server.hear(12);
    server.say(none_offered + fine + server_init() + "picture");
    server.hear(2);
    it.hub.hear(12);
    it.hub.say(version + "\x01\x01" + press_a);
    CHECK_THAT(it.hub.hear(2 + 4 + server_init().size() + 7), Catch::EndsWith("picture"));
    CHECK(server.hear(8) == press_a);
}

TEST_CASE("a key or button that is held when the viewer goes is let go") {
    Stage it;
    const auto viewer = it.start();
    auto server = it.let_in();
    it.join();
    it.hub.say(press_a);
    CHECK(server.hear(8) == press_a);
    server.say(std::string(100'000, 'p'));  // and not all of it was read
    SECTION("cut here") {
        it.session.stop(viewer);
    }
    SECTION("the stream ends") {
        it.hub.close();
        it.wait([&] { return !it.gone.empty(); });
    }
    CHECK(server.hear(8) == release_a);
    CHECK(server.has_ended());
}

TEST_CASE("text is put between the viewer's messages, never into one") {
    Stage it;
    it.session.set_clipboard("to nobody");
    it.start();
    auto server = it.let_in();
    it.session.set_clipboard("too early");
    it.join();
    it.hub.say(press_a);
    CHECK(server.hear(8) == press_a);
    it.hub.say(release_a.substr(0, 5));
    it.session.set_clipboard("tea");
    CHECK(server.hear(11) == std::string("\x06\0\0\0\0\0\0\x03tea", 11));
    it.hub.say(release_a.substr(5));
    CHECK(server.hear(8) == release_a);
}

TEST_CASE("of a viewer who may only look, no input reaches the server, nor a text, nor when it goes") {
    Stage it;
    const auto viewer = it.start(Permission::view);
    auto server = it.let_in();
    it.join();
    const std::string click("\x05\x01\0\1\0\1", 6), text("\x06\0\0\0\0\0\0\x03tea", 11);
    const std::string qemu_a("\xFF\0\0\1\0\0\0a\0\0\0\x1E", 12), request("\x03\1\0\0\0\0\2\x80\1\xE0", 10);
    it.hub.say(press_a + click + text + qemu_a + request);
    CHECK(server.hear(10) == request);
    it.session.set_clipboard("tea");
    it.hub.say(press_a + request);
    CHECK(server.hear(10) == request);
    server.say("picture");
    CHECK(it.hub.hear(7) == "picture");
    it.session.stop(viewer);
    CHECK(server.has_ended());
}

TEST_CASE("text for the server's clipboard goes over the connection of one with control, whoever came first") {
    Stage it;
    it.start(Permission::view);
    auto looking = it.let_in();
    it.join();
    const auto looking_hub = std::move(it.hub);
    it.start(Permission::control);
    auto controlled = it.let_in();
    it.join();
    it.hub.say(press_a);
    CHECK(controlled.hear(8) == press_a);
    it.session.set_clipboard("tea");
    CHECK(controlled.hear(11) == std::string("\x06\0\0\0\0\0\0\x03tea", 11));
    it.session.stop();
    CHECK(looking.has_ended());
}

TEST_CASE("viewers have connections of their own, and one's end is not the other's") {
    Stage it;
    const auto first = it.start();
    auto first_server = it.let_in();
    it.join();
    auto first_hub = std::move(it.hub);
    const auto second = it.start();
    auto second_server = it.let_in();
    it.join();
    it.session.stop(second);
    CHECK(second_server.has_ended());
    first_server.say("still here");
    CHECK(first_hub.hear(10) == "still here");
    it.session.stop(first);
    CHECK(first_server.has_ended());
}

TEST_CASE("a server that goes is told, and the hub's side stays open until it is cut") {
    Stage it;
    const auto viewer = it.start();
    auto server = it.let_in();
    it.join();
    server.say("last words");
    server.close();
    CHECK_THAT(it.wait_lost().message, Contains("has ended the connection"));
    CHECK(it.lost.back().first == viewer);
    CHECK(it.hub.hear(10) == "last words");
    CHECK_FALSE(it.hub.readable(50));
    it.session.stop(viewer);
    CHECK(it.hub.has_ended());
}

TEST_CASE("VNC authentication is answered with the file's password") {
    const TemporaryFolder folder;
    const auto file = folder / "password";
    write_file_atomically(file, "open up\n");
    Stage it({}, file);
    it.start();
    auto server = it.listener.accept();
    server.say(version + password_offered);
    CHECK(server.hear(13) == version + "\x02");
    wire::Challenge challenge{};
    challenge.fill(7);
    server.say(as_text(challenge));
    const auto response = wire::vnc_response(challenge, "open up");
    CHECK(server.hear(16) == as_text(response));
    SECTION("taken") {
        server.say(fine);
        CHECK(server.hear(1) == "\x01");
        server.say(server_init());
        it.join();
    }
    SECTION("not taken, with a reason or without") {
        server.say("\0\0\0\1"s);
        if (GENERATE(true, false)) server.say("\0\0\0\5wrong"s);
        server.close();
        CHECK_THAT(it.wait_lost().message, Contains("does not take the password"));
        CHECK_THAT(it.lost.back().second.remedy, Contains(file.string()));
    }
}

TEST_CASE("a password that is wanted and cannot be given") {
    const TemporaryFolder folder;
    const bool named = GENERATE(true, false);
    Stage it({}, named ? folder / "gone" : std::filesystem::path());
    it.start();
    auto server = it.listener.accept();
    server.say(version + password_offered + "0123456789abcdef");
    const auto trouble = it.wait_lost();
    CHECK_THAT(trouble.message, Contains(named ? "No such file" : "wants a password"));
    CHECK_THAT(trouble.remedy, Contains("--vnc-password-file"));
    CHECK(server.has_ended());
}

TEST_CASE("a server that does not let anybody in is told by what it did") {
    const auto [said, words] =
        GENERATE(std::pair{""s, "closed the connection before"}, std::pair{version, "closed the connection before"},
                 std::pair{"HTTP/1.1 400"s, "is no VNC server"}, std::pair{version + "\x01\x1e", "ways to log in"},
                 std::pair{version + "\0\0\0\0\x05"
                                     "full."s,
                           "refuses the connection: full."},
                 std::pair{version + "\0"s, "refuses the connection."},
                 std::pair{version + none_offered + "\0\0\0\1\0\0\0\0"s, "refuses the connection."},
                 std::pair{"RFB 002.000\n"s, "older than 3.3"},
                 std::pair{version + none_offered + fine + std::string(64, '\xFF'), "cannot be understood"});
    Stage it;
    it.start();
    auto server = it.listener.accept();
    if (!said.empty()) server.say(said);
    ::shutdown(server.fd(), SHUT_WR);
    CHECK_THAT(it.wait_lost().message, Contains(words));
    CHECK_FALSE(it.lost.back().second.remedy.empty());
    CHECK(it.lost.size() == 1);
}

TEST_CASE("nobody there, or nobody who answers") {
    Times times;
    times.open = 100ms;
    Stage it(times);
    SECTION("silent") {
        it.start();
        CHECK_THAT(it.wait_lost().message, Contains("does not answer"));
    }
    SECTION("silent after the first words") {
        it.start();
        auto server = it.listener.accept();
        server.say(version);
        CHECK_THAT(it.wait_lost().message, Contains("does not answer"));
        CHECK(server.hear(100) == version);
    }
    SECTION("closed") {
        it.listener.close();
        it.start();
        CHECK_THAT(it.wait_lost().message, Contains("cannot be reached"));
    }
}

TEST_CASE("a viewer that is cut while the server is being reached leaves nothing behind") {
    Stage it;
    const auto viewer = it.start();
    auto server = it.listener.accept();
    it.session.stop(viewer);
    CHECK(server.has_ended());
    CHECK(it.hub.has_ended());
    it.box.run();
    CHECK(it.lost.empty());
}

TEST_CASE("a side that takes nothing is cut") {
    Times times;
    times.stall = 100ms;
    Stage it(times);
    it.start();
    auto server = it.let_in();
    it.join();
    SECTION("the hub") {
        std::string much(1 << 20, 'p');
        ::send(server.fd(), much.data(), much.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        it.wait([&] { return !it.gone.empty(); });
        CHECK_THAT(it.gone.back().second, Contains("takes nothing"));
    }
    SECTION("the server") {
        const int small = 1;
        ::setsockopt(server.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        const std::string cut_text = "\x06\0\0\0\0\x0f\0\0"s + std::string(0xF0000, 't');
        std::jthread writer([&, fd = it.hub.fd()] {
            for (int i = 0; i < 32; ++i)
                if (::send(fd, cut_text.data(), cut_text.size(), MSG_NOSIGNAL) < 0) return;
        });
        CHECK_THAT(it.wait_lost().message, Contains("takes no input"));
        it.session.stop();
    }
}

TEST_CASE("a hub that speaks nonsense is cut") {
    Stage it;
    it.start();
    auto server = it.let_in();
    SECTION("in the handshake") {
        it.hub.say("GET / HTTP/1.1\r\n");
    }
    SECTION("later") {
        it.join();
        it.hub.say("\x63\x63");
    }
    it.wait([&] { return !it.gone.empty(); });
    CHECK(server.has_ended());
}
