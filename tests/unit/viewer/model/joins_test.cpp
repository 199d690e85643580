#include <catch2/catch.hpp>

#include "tests/unit/viewer/model/console_fixture.hpp"

using namespace pronto;
using namespace pronto::viewer;
using control::EndReason;
using control::SessionState;
using pronto::viewer::test::Console;

namespace {

/// Logged in; another operator, bruno, is in a session with one guest, and a second guest is alone.
struct Visited : Console {
    Visited() {
        log_in();
        auto helped = guest(7, "PC-210EB");
        helped.session = "1-a";
        from_hub(control::PresenceChanged{helped, true});
        arrive(8, "PC-00002");
    }
    const Session& session(SessionNumber number) const { return *model.find_session(number); }
    control::SessionStatus joined_status(SessionState state, control::Mode mode) const {
        auto now = status("1-a", state);
        now.mode = mode;
        now.leg = 2;
        now.viewers = {{1, "bruno", control::Mode::control}, {2, "anna", mode}};
        return now;
    }
    void end(const std::string& id, EndReason reason) {
        control::SessionEnded message;
        message.session = id;
        message.assistance = "case of " + id;
        message.reason = reason;
        from_hub(message);
    }
};

}  // namespace

TEST_CASE("another operator's session is joined with a screen of its own") {
    const auto mode = GENERATE(control::Mode::control, control::Mode::view);
    Visited console;
    const auto number = console.model.join_session(7, {mode}).value();
    CHECK(console.link.sent_of<control::SessionJoin>() == std::vector{control::SessionJoin{"1-a", mode}});
    CHECK(console.link.sent_of<control::SessionRequest>().empty());
    CHECK(console.session(number).joined);
    CHECK(console.scribe.logged_text("Joining the session with PC-210EB"));
    CHECK(console.model.live_session_with(7));

    console.from_hub(console.joined_status(SessionState::asked, mode), console.link.last());
    console.from_hub(console.joined_status(SessionState::granted, mode));
    console.from_hub(control::SessionStream{"1-a", "screen.2.1", "token"});
    REQUIRE(console.screens.opened.size() == 1);
    CHECK(console.screens.opened[0].stream.stream == "screen.2.1");
    CHECK(console.screens.opened[0].view_only == (mode == control::Mode::view));
    console.from_hub(console.joined_status(SessionState::streaming, mode));
    console.screens.events->screen_showing(number, {640, 480}, console.clock.now());
    CHECK(console.session(number).leg == 2);
    CHECK(others_in_words(console.session(number)) == "bruno");

    console.model.end_session(number);
    CHECK(console.link.sent_of<control::SessionEnd>() == std::vector{control::SessionEnd{"1-a"}});
    console.end("1-a", EndReason::operator_);
    CHECK_FALSE(console.session(number).live());
    CHECK_FALSE(console.session(number).wants_report());
}

TEST_CASE("who asked for a session hears who else came, and who left") {
    Visited console;
    const auto number = console.stream(8, "1-b");
    CHECK(others_in_words(console.session(number)).empty());
    auto now = Console::status("1-b", SessionState::streaming);
    now.viewers = {
        {1, "anna", control::Mode::control}, {2, "bruno", control::Mode::view}, {3, "anna", control::Mode::control}};
    console.from_hub(now);
    CHECK(others_in_words(console.session(number)) == "bruno (view only), anna");
    now.viewers.resize(1);
    console.from_hub(now);
    CHECK(others_in_words(console.session(number)).empty());
    CHECK(console.session(number).wants_report());
}

TEST_CASE("only a session that runs, and one that this console is not in, can be joined") {
    Visited console;
    CHECK_FALSE(console.model.join_session(8, {}));
    CHECK(console.scribe.logged_text("PC-00002 is in no session", LogLine::Severity::error));
    CHECK_FALSE(console.model.join_session(99, {}));
    const auto number = console.model.join_session(7, {}).value();
    CHECK_FALSE(console.model.join_session(7, {}));
    CHECK(console.link.sent_of<control::SessionJoin>().size() == 1);

    console.from_hub(control::Refused{{control::Code::busy, "It gives one picture only.", {}}}, console.link.last());
    CHECK_FALSE(console.session(number).live());
    CHECK(console.session(number).error->message == "It gives one picture only.");
    console.model.log_out();
    CHECK_FALSE(console.model.join_session(7, {}));
}
