#include <catch2/catch.hpp>

#include "tests/unit/viewer/model/console_fixture.hpp"

using namespace pronto;
using namespace pronto::viewer;
using control::EndReason;
using control::SessionState;
using pronto::viewer::test::Console;

namespace {

/// Logged in at a hub that takes standard VNC programs; a VNC server has registered.
struct Visited : Console {
    explicit Visited(bool ports = true) {
        log_in(ports);
        auto server = guest(7, "XVNC-210EB");
        server.kind = control::Kind::vnc;
        from_hub(control::PresenceChanged{server, true});
    }
    const Session& session(SessionNumber number) const { return *model.find_session(number); }
    /// A session for another viewer, as far as the bridge's offer.
    SessionNumber offer() {
        const auto number = model.request_session(7, SessionWish{control::Mode::control, SeenIn::other_viewer}).value();
        from_hub(status("1-a", SessionState::asked), link.last());
        from_hub(status("1-a", SessionState::granted));
        from_hub(control::SessionStream{"1-a", "screen.1.1", "token"});
        from_hub(status("1-a", SessionState::streaming));
        screens.events->screen_offered(number, {5999, "abcdefgh"});
        return number;
    }
    bool logged_anywhere(const std::string& text) const {
        using Severity = LogLine::Severity;
        return scribe.logged_text(text) || scribe.logged_text(text, Severity::warning) ||
               scribe.logged_text(text, Severity::error);
    }
};

}  // namespace

TEST_CASE("a VNC server's password goes with the request and is kept nowhere") {
    Visited console;
    const SessionWish wish{control::Mode::view, SeenIn::window, "server secret"};
    console.model.request_session(7, wish);
    const auto sent = console.link.sent_of<control::SessionRequest>();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0] == control::SessionRequest{7, control::Mode::view, "server secret"});
    CHECK_FALSE(console.logged_anywhere("server secret"));
}

TEST_CASE("a VNC server's clipboard is reached by RFB, while its screen is shown") {
    Visited console;
    const auto number = console.stream(7, "1-a");
    const std::string longest(control::longest_clipboard_bytes, 'x');
    CHECK(console.model.send_clipboard(number, "10 \u20AC"));
    CHECK(console.model.send_clipboard(number, longest));
    CHECK_FALSE(console.model.send_clipboard(number, longest + 'x'));
    console.screens.events->screen_closed(number, "gone");
    CHECK_FALSE(console.model.send_clipboard(number, "text"));
    CHECK(console.screens.cut_texts ==
          std::vector<std::pair<SessionNumber, std::string>>{{number, "10 \u20AC"}, {number, longest}});
    CHECK(console.link.sent_of<control::Clipboard>().empty());
}

TEST_CASE("a VNC server's clipboard is not reached where control, or the hub's leave, is missing") {
    Visited console;
    SECTION("view only") {
        const auto number = console.stream(7, "1-a", control::Mode::view);
        CHECK_FALSE(console.model.send_clipboard(number, "text"));
    }
    SECTION("in another viewer, which has a clipboard of its own") {
        const auto number = console.offer();
        console.screens.events->screen_showing(number, {}, console.clock.now());
        CHECK_FALSE(console.model.send_clipboard(number, "text"));
    }
    CHECK(console.screens.cut_texts.empty());
    CHECK(console.link.sent_of<control::Clipboard>().empty());
}

TEST_CASE("a password that is missing or wrong is told apart from other ends") {
    Visited console;
    const auto number = console.model.request_session(7, control::Mode::control).value();
    SECTION("the request is refused") {
        console.from_hub(control::Refused{{control::Code::password_wanted, "It has a password.", {}}},
                         console.link.last());
        CHECK(console.session(number).problem == control::Code::password_wanted);
        CHECK(console.session(number).failed_for_password());
    }
    SECTION("the server wants one") {
        console.from_hub(Console::status("1-a", SessionState::asked), console.link.last());
        control::SessionEnded ended;
        ended.session = "1-a";
        ended.reason = EndReason::refused;
        ended.problem = GENERATE(control::Code::password_wanted, control::Code::wrong_password);
        console.from_hub(ended);
        CHECK(console.session(number).problem == ended.problem);
        CHECK(console.session(number).failed_for_password());
    }
    SECTION("somebody said no") {
        console.from_hub(Console::status("1-a", SessionState::asked), console.link.last());
        control::SessionEnded ended;
        ended.session = "1-a";
        ended.reason = EndReason::refused;
        console.from_hub(ended);
        CHECK_FALSE(console.session(number).failed_for_password());
    }
    CHECK(console.model.request_session(7, SessionWish{control::Mode::control, SeenIn::window, "x"}));
}

TEST_CASE("a pass says where it is good") {
    Visited console;
    REQUIRE(console.model.new_pass(7, control::Mode::view, "server secret"));
    const auto sent = console.link.sent_of<control::PassNew>();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0] == control::PassNew{7, control::Mode::view, "server secret"});
    const auto expires = console.clock.unix_now() + 60'000;
    console.from_hub(control::PassCreated{"abcdefgh", "123456789", "XVNC-210EB", expires}, console.link.last());
    REQUIRE(console.scribe.passes.size() == 1);
    const auto& pass = console.scribe.passes[0];
    CHECK(pass.peer == 7);
    CHECK(pass.pass.number == "123456789");
    CHECK(pass.viewer_url == "vnc://hub.example:5900");
    CHECK(pass.repeater_url == "hub.example:5901");
    CHECK_FALSE(console.logged_anywhere("abcdefgh"));
    CHECK_FALSE(console.logged_anywhere("123456789"));
    console.from_hub(control::PassCreated{"another1", "1", "X", expires}, 99);
    CHECK(console.scribe.passes.size() == 1);
}

TEST_CASE("no pass: the reason is told") {
    SECTION("the hub takes no viewers") {
        Visited console(false);
        CHECK(console.model.why_no_pass() == "The hub takes no VNC viewers.");
        CHECK_FALSE(console.model.new_pass(7, control::Mode::control));
        CHECK(console.link.sent_of<control::PassNew>().empty());
    }
    SECTION("nobody is there") {
        Visited console;
        CHECK(console.model.why_no_pass().empty());
        CHECK_FALSE(console.model.new_pass(99, control::Mode::control));
    }
    SECTION("the hub refuses") {
        Visited console;
        console.model.new_pass(7, control::Mode::control);
        console.from_hub(control::Refused{{control::Code::too_many_attempts, "Too many.", {}}}, console.link.last());
        CHECK(console.scribe.heard.back() == "no pass for 7: Too many.");
    }
    SECTION("the connection breaks") {
        Visited console;
        console.model.new_pass(7, control::Mode::control);
        console.lose();
        CHECK(std::find(console.scribe.heard.begin(), console.scribe.heard.end(),
                        "no pass for 7: The connection broke.") != console.scribe.heard.end());
    }
}

TEST_CASE("a session for another viewer is bridged, and ends when the viewer leaves") {
    Visited console;
    const auto number = console.offer();
    CHECK(console.screens.opened.empty());
    REQUIRE(console.screens.bridged.size() == 1);
    CHECK(console.screens.bridged[0].stream.token == "token");
    CHECK(console.session(number).screen == Session::Screen::offered);
    CHECK(console.session(number).place == BridgePlace{5999, "abcdefgh"});
    CHECK_FALSE(console.logged_anywhere("abcdefgh"));
    CHECK_FALSE(console.session(number).was_seen());

    console.clock.advance(Millis(500));
    console.screens.events->screen_showing(number, {}, console.clock.now());
    CHECK(console.session(number).screen == Session::Screen::showing);
    CHECK_FALSE(console.session(number).place);
    CHECK(console.session(number).first_picture_ms == 500);

    console.screens.events->viewer_left(number, "The viewer has left.");
    CHECK(console.link.sent_of<control::SessionEnd>() == std::vector{control::SessionEnd{"1-a"}});
    CHECK(console.session(number).ending);
}

TEST_CASE("a bridged session whose stream comes anew ends: no other viewer could follow") {
    Visited console;
    const auto number = console.offer();
    console.from_hub(control::SessionStream{"1-a", "screen.1.2", "token"});
    CHECK(console.screens.bridged.size() == 1);
    CHECK(console.session(number).ending);
    CHECK(console.logged_anywhere("cannot follow the new stream"));
}

TEST_CASE("a bridged session ends with the connection to the hub, in words, and the hub hears of it later") {
    Visited console;
    const auto number = console.offer();
    console.interrupt();
    CHECK_FALSE(console.session(number).live());
    CHECK(console.session(number).error->message.find("another VNC viewer cannot follow") != std::string::npos);
    console.come_back();
    console.from_hub(Console::status("1-a", SessionState::paused));
    CHECK(console.link.sent_of<control::SessionEnd>() == std::vector{control::SessionEnd{"1-a"}});
}

TEST_CASE("a bridged session that loses its stream waits for what the hub says") {
    Visited console;
    const auto number = console.offer();
    console.screens.events->screen_closed(number, "The screen was closed.");
    CHECK(console.session(number).live());
    CHECK_FALSE(console.session(number).ending);
    CHECK_FALSE(console.session(number).place);
}
