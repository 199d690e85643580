#include "agent/model/shared_server.hpp"

#include <catch2/catch.hpp>

#include "rfb-ext/base/mailbox.hpp"
#include "rfb-ext/wire/client_stream.hpp"
#include "tests/unit/agent/vnc_server/fake_server.hpp"

using namespace pronto;
using namespace pronto::agent;
using control::Mode;
using vnc_server::test::Listener;
using vnc_server::test::Wire;

namespace {

const std::string version = "RFB 003.008\n", none_offered = "\x01\x01", fine(4, '\0');
const std::string press_a("\x04\x01\0\0\0\0\0a", 8), release_a("\x04\0\0\0\0\0\0a", 8);
const std::string request(as_text(wire::write_update_request({0, 0, 640, 480}, true)));
const std::string tea("\x06\0\0\0\0\0\0\x03tea", 11);

/// A screen that is a VNC server's; the test plays the server and the hub.
struct Stage {
    struct Viewer {
        Wire hub, server;
    };
    Viewer start(int leg, Mode mode) {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        Viewer viewer{Wire(ends[0]), Wire()};
        screen->start(leg, ends[1], mode);
        viewer.server = listener.accept();
        const std::string init(as_text(wire::write({{640, 480}, {}, "a desk"})));
        viewer.server.say(version + none_offered + fine + init);
        CHECK(viewer.server.hear(14) == version + "\x01\x01");
        viewer.hub.say(version + "\x01\x01");
        CHECK(viewer.hub.hear(18 + init.size()) == version + none_offered + fine + init);
        return viewer;
    }

    Listener listener;
    Mailbox box;
    std::unique_ptr<Screen> screen = share_server(box, {{"127.0.0.1", listener.port()}, {}})({});
};

}  // namespace

TEST_CASE("a leg that may only look gives the server no input, and one with control gives it all") {
    Stage it;
    auto looking = it.start(2, Mode::view);
    auto controlling = it.start(1, Mode::control);
    looking.hub.say(press_a + request);
    CHECK(looking.server.hear(request.size()) == request);
    controlling.hub.say(press_a + request);
    CHECK(controlling.server.hear(8 + request.size()) == press_a + request);
    it.screen->set_clipboard("tea");
    CHECK(controlling.server.hear(tea.size()) == tea);
    it.screen->stop();
    CHECK(looking.server.has_ended());
    CHECK(controlling.server.hear(8) == release_a);
}

TEST_CASE("a leg that comes back may what it may then") {
    Stage it;
    auto before = it.start(2, Mode::control);
    auto after = it.start(2, Mode::view);
    CHECK(before.server.has_ended());
    after.hub.say(press_a + request);
    CHECK(after.server.hear(request.size()) == request);
}
