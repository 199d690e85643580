#include "agent/host/screen_session.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <thread>

#include "rfb-ext/vnc/screen_client.hpp"
#include "rfb-ext/vnc/screen_server.hpp"
#include "tests/support/xvfb.hpp"
#include "tests/unit/agent/host/x11_client.hpp"

using namespace pronto;
using namespace pronto::host;
using pronto::test::X11Client;
using pronto::test::Xvfb;

namespace {

std::size_t threads() {
    const auto all = std::filesystem::directory_iterator("/proc/self/task");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// A shared desktop and one viewer, as a tunnel would join them.
struct Shared {
    Xvfb server;
    X11Client desktop{server.display(), {50, 40, 300, 200}};
    std::mutex lock;
    std::condition_variable news;
    std::vector<std::string> copied;
    std::vector<ScreenSession::Viewer> gone;
    ScreenSession session{{server.display(), "desk"},
                          {[this](std::string text) { const std::scoped_lock hold(lock); copied.push_back(text); news.notify_all(); },
                           {},
                           [this](ScreenSession::Viewer viewer, std::string) { const std::scoped_lock hold(lock); gone.push_back(viewer); news.notify_all(); },
                           {}}};

    template <class Good>
    bool wait(Good good) {
        std::unique_lock hold(lock);
        return news.wait_for(hold, std::chrono::seconds(10), good);
    }
};

/// A loopback in place of the tunnel: the preface of ScreenServer, then bytes to and fro.
class Wire {
public:
    Wire() {
        int host[2], viewer[2];
        REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, host) == 0);
        REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, viewer) == 0);
        host_end = host[0];
        viewer_end = viewer[0];
        tunnel_host_ = host[1];
        tunnel_viewer_ = viewer[1];
        threads_.emplace_back([this] { from_viewer(); });
        threads_.emplace_back([this] { from_host(); });
    }
    ~Wire() {
        shutdown(tunnel_host_, SHUT_RDWR);
        shutdown(tunnel_viewer_, SHUT_RDWR);
        for (auto& each : threads_) each.join();
        close(tunnel_host_);
        close(tunnel_viewer_);
    }
    int host_end = -1, viewer_end = -1;

private:
    static bool put(int to, const char* data, std::size_t count) {
        while (count > 0) {
            const auto n = send(to, data, count, MSG_NOSIGNAL);
            if (n <= 0) return false;
            data += n;
            count -= static_cast<std::size_t>(n);
        }
        return true;
    }
    void from_viewer() {
        put(tunnel_viewer_, vnc::ScreenServer::greeting.data(), vnc::ScreenServer::greeting.size());
        pump(tunnel_viewer_, tunnel_host_, 0);
    }
    void from_host() { pump(tunnel_host_, tunnel_viewer_, vnc::ScreenServer::greeting.size()); }
    static void pump(int from, int to, std::size_t drop) {
        char part[16384];
        for (ssize_t n = 0; (n = recv(from, part, sizeof part, 0)) > 0;) {
            const auto skip = std::min(drop, static_cast<std::size_t>(n));
            drop -= skip;
            if (!put(to, part + skip, static_cast<std::size_t>(n) - skip)) break;
        }
        shutdown(to, SHUT_RDWR);
    }
    int tunnel_host_ = -1, tunnel_viewer_ = -1;
    std::vector<std::thread> threads_;
};

/// The viewer's end; waits for pictures.
struct Viewer {
    std::mutex lock;
    std::condition_variable news;
    std::uint64_t updates = 0;
    bool closed = false;
    std::unique_ptr<vnc::ScreenClient> client;

    explicit Viewer(int fd) {
        vnc::ScreenClient::Events events;
        events.update_finished = [this] { const std::scoped_lock hold(lock); ++updates; news.notify_all(); };
        events.closed = [this](const std::string&) { const std::scoped_lock hold(lock); closed = true; news.notify_all(); };
        vnc::ScreenClient::Options options;
        options.quality_level = -1;
        client = std::make_unique<vnc::ScreenClient>(fd, options, std::move(events));
    }
    template <class Good>
    bool wait(Good good) {
        std::unique_lock hold(lock);
        return news.wait_for(hold, std::chrono::seconds(10), good);
    }
    bool sees(int x, int y, std::uint32_t colour) {
        return wait([&] {
            const auto now = client->picture();
            return x < now.size.width && now.row(y)[x] == colour;
        });
    }
};

}  // namespace

TEST_CASE("a viewer sees the screen, types and points, and leaves nothing behind") {
    Shared it;
    const auto before = threads();
    auto wire = std::make_unique<Wire>();
    it.session.start(wire->host_end, control::Mode::control);
    {
        Viewer viewer(wire->viewer_end);
        it.desktop.fill({0, 0, 20, 20}, 0xCC2244);
        CHECK(viewer.sees(55, 45, 0xCC2244));
        viewer.client->pointer({60, 50}, 1);
        const auto clicks = it.desktop.buttons(1);
        REQUIRE(clicks.size() == 1);
        CHECK(clicks[0].at == Point{60, 50});
        viewer.client->key('H', true);
        viewer.client->key(0x20AC, true);  // the euro, on a US keyboard
        const auto typed = it.desktop.typed("H€");
        for (auto k : typed.keysyms) UNSCOPED_INFO(k);
        UNSCOPED_INFO(typed.presses);
        CHECK(typed.text == "H€");
        CHECK(it.desktop.soon([&] { return it.desktop.held_keys().size() == 2; }));
        it.session.stop();
        CHECK(viewer.wait([&] { return viewer.closed; }));
    }
    wire.reset();
    CHECK(it.desktop.held_keys().empty());  // without waiting: stop() has seen to it
    CHECK(it.desktop.modifiers() == 0);
    CHECK(threads() == before);
    CHECK(it.gone.empty());
}

TEST_CASE("a viewer that may only look cannot type, and copies nothing") {
    Shared it;
    Wire wire;
    it.session.start(wire.host_end, control::Mode::view);
    Viewer viewer(wire.viewer_end);
    CHECK(viewer.wait([&] { return viewer.updates > 0; }));
    viewer.client->key('a', true);
    viewer.client->pointer({60, 50}, 1);
    it.desktop.fill({0, 0, 9, 9}, 0x00FF77);
    CHECK(viewer.sees(52, 42, 0x00FF77));
    CHECK(it.desktop.typed_for(100).presses == 0);
    it.session.set_clipboard("from a viewer without control");
    REQUIRE(it.server.run({"xclip", "-i", "-selection", "clipboard"}, "mine").code == 0);
    CHECK(it.copied.empty());
    CHECK(it.server.run({"xclip", "-o", "-selection", "clipboard"}).output == "mine");
}

TEST_CASE("several viewers see the same screen, and the last one stops the capture") {
    Shared it;
    const auto before = threads();
    auto one = std::make_unique<Wire>(), two = std::make_unique<Wire>();
    const auto first = it.session.start(one->host_end, control::Mode::control);
    const auto second = it.session.start(two->host_end, control::Mode::view);
    {
        Viewer a(one->viewer_end), b(two->viewer_end);
        it.desktop.fill({10, 10, 5, 5}, 0x123456);
        CHECK(a.sees(62, 52, 0x123456));
        CHECK(b.sees(62, 52, 0x123456));
        it.session.stop(first);
        it.desktop.fill({10, 10, 5, 5}, 0x654321);
        CHECK(b.sees(62, 52, 0x654321));
    }
    CHECK(it.wait([&] { return it.gone == std::vector{second}; }));
    it.session.stop(second);
    one.reset();
    two.reset();
    CHECK(threads() == before);
}

TEST_CASE("the clipboard goes both ways while somebody controls") {
    Shared it;
    Wire wire;
    it.session.start(wire.host_end, control::Mode::control);
    REQUIRE(it.server.run({"xclip", "-i", "-selection", "clipboard"}, "from the guest").code == 0);
    CHECK(it.wait([&] { return it.copied == std::vector<std::string>{"from the guest"}; }));
    it.session.set_clipboard("from the operator");
    std::string pasted;
    for (int i = 0; i < 50 && pasted != "from the operator"; ++i) pasted = it.server.run({"xclip", "-o", "-selection", "clipboard"}).output;
    CHECK(pasted == "from the operator");
}

TEST_CASE("a screen that cannot be shared is an error in words, and the stream is closed") {
    ScreenSession session({":4711", "nowhere"}, {});
    int pair[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK_THROWS_WITH(session.start(pair[0], control::Mode::control), Catch::Contains(":4711"));
    char c = 0;
    CHECK(read(pair[1], &c, 1) == 0);
    close(pair[1]);
}
