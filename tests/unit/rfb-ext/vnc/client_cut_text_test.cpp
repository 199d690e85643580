// The clipboard by RFB, as ScreenClient hears and tells of it.
#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include "rfb-ext/control/messages.hpp"
#include "rfb-ext/wire/types.hpp"
#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"
#include "tests/unit/rfb-ext/vnc/server_messages.hpp"

using namespace pronto;
using namespace pronto::test;

namespace {

using Texts = std::vector<std::string>;

Bytes greeting() {
    Bytes made;
    append(made, as_bytes("RFB 003.008\n"));
    append(made, bytes({1, 1, 0, 0, 0, 0}));
    append(made, wire::write({{8, 8}, {}, "host"}));
    return made;
}

/// ServerCutText.
Bytes cut_text(const std::string& latin_1) {
    Bytes message{3, 0, 0, 0};
    append_u32(message, static_cast<std::uint32_t>(latin_1.size()));
    append(message, as_bytes(latin_1));
    return message;
}

/// What a client is told of by a host that says all of `said` and hangs up.
Texts copied_from(const Bytes& said) {
    Ends ends;
    Noticeboard board;
    Texts copied;
    bool closed = false;
    vnc::ScreenClient::Events events;
    events.cut_text = [&](std::string text) { copied.push_back(std::move(text)); };
    events.closed = [&](const std::string&) { board.change([&] { closed = true; }); };
    vnc::ScreenClient client(ends.left, {}, std::move(events));
    const Bytes all = joined({greeting(), said});
    CHECK(::send(ends.right, all.data(), all.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(all.size()));
    ::shutdown(ends.right, SHUT_WR);
    CHECK(board.wait([&] { return closed; }));
    ::close(ends.right);
    return copied;
}

/// A client, and a server that keeps what it is told of.
struct Copying {
    Noticeboard board;
    Texts copied;
    std::unique_ptr<ScreenPair> pair;

    explicit Copying(bool view_only = false) {
        vnc::ScreenClient::Options options;
        options.view_only = view_only;
        vnc::ScreenServer::Options server;
        server.cut_text = [this](std::string text) { board.change([&] { copied.push_back(std::move(text)); }); };
        pair =
            std::make_unique<ScreenPair>(std::make_shared<vnc::SharedScreen>(Size{8, 8}), options, std::move(server));
    }
    bool heard(const std::string& text) {
        return board.wait([&] { return !copied.empty() && copied.back() == text; });
    }
};

}  // namespace

TEST_CASE("a host's cut text comes as UTF-8") {
    CHECK(copied_from(joined({cut_text("gr\xFC\xDF dich"), bytes({2}), cut_text("")})) == Texts{"grüß dich", ""});
}

TEST_CASE("a host's cut text over the limit is passed over whole, and the next one heard") {
    const std::string longest(control::longest_clipboard_bytes, '\xE9');
    const auto copied = copied_from(joined({cut_text(longest + 'x'), cut_text(longest), cut_text("next")}));
    REQUIRE(copied.size() == 2);
    CHECK(copied[0].size() == 2 * longest.size());
    CHECK(copied[1] == "next");
}

TEST_CASE("a cut text that breaks off anywhere is not told") {
    const Bytes whole = cut_text("half a text");
    for (std::size_t n = 0; n < whole.size(); ++n)
        REQUIRE(copied_from(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n))).empty());
}

TEST_CASE("a client's cut text reaches a server in Latin-1, and the server's the client") {
    Copying stage;
    stage.pair->client->send_cut_text("grüß €");
    CHECK(stage.heard("grüß ?"));
    const std::string longest(control::longest_clipboard_bytes, 'x');
    stage.pair->client->send_cut_text(longest);
    CHECK(stage.heard(longest));
    stage.pair->server->send_cut_text("zurück");
    CHECK(stage.pair->board.wait([&] { return stage.pair->copied == Texts{"zurück"}; }));
}

TEST_CASE("a client sends no cut text while view only, and none over the limit") {
    Copying stage(true);
    stage.pair->client->send_cut_text("secret");
    // By the first update the text has had its turn: the next does not take its place in the queue.
    REQUIRE(stage.pair->board.wait([&] { return stage.pair->updates > 0; }));
    stage.pair->client->set_view_only(false);
    stage.pair->client->send_cut_text("open");
    REQUIRE(stage.heard("open"));
    stage.pair->client->send_cut_text(std::string(control::longest_clipboard_bytes + 1, 'x'));
    stage.pair->client->key('a', true);
    REQUIRE(stage.pair->input.wait_for({"key 61 down"}));
    CHECK(stage.copied == Texts{"open"});
}
