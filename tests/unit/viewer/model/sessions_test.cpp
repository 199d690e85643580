#include <catch2/catch.hpp>

#include "tests/unit/viewer/model/console_fixture.hpp"

using namespace pronto;
using namespace pronto::viewer;
using pronto::viewer::test::Console;
using control::EndReason;
using control::SessionState;

namespace {

/// Logged in, with one guest online.
struct Visited : Console {
    Visited() {
        log_in();
        arrive(7, "PC-210EB");
        arrive(8, "PC-00002");
    }
    const Session& session(SessionNumber number) const { return *model.find_session(number); }
    control::SessionEnded ended(const std::string& id, EndReason reason) const {
        control::SessionEnded message;
        message.session = id;
        message.assistance = "case of " + id;
        message.reason = reason;
        message.message = "That is how it went.";
        message.duration_ms = 61'000;
        message.bytes_to_viewer = 1'234;
        return message;
    }
};

}  // namespace

TEST_CASE("a session goes from request to end step by step") {
    Visited console;
    const auto number = console.model.request_session(7, control::Mode::control).value();
    CHECK(console.link.sent_of<control::SessionRequest>() == std::vector{control::SessionRequest{7, control::Mode::control}});
    CHECK(console.session(number).state == SessionState::requested);
    CHECK(console.session(number).guest_name == "PC-210EB");

    console.from_hub(Console::status("1-a", SessionState::asked), console.link.last());
    CHECK(console.session(number).id == "1-a");
    CHECK(console.session(number).assistance == "case of 1-a");
    CHECK(console.session(number).recorded);
    CHECK(console.session(number).asked_until == console.clock.unix_now() + 30'000);

    console.clock.advance(Millis(2'000));
    console.from_hub(Console::status("1-a", SessionState::granted));
    CHECK_FALSE(console.session(number).asked_until);
    CHECK(console.session(number).consent_ms == 2'000);
    CHECK(console.screens.opened.empty());

    console.from_hub(control::SessionStream{"1-a", "screen.1.1", "token"});
    REQUIRE(console.screens.opened.size() == 1);
    CHECK(console.screens.opened[0].session == number);
    CHECK(console.screens.opened[0].stream.token == "token");
    CHECK_FALSE(console.screens.opened[0].view_only);
    CHECK(console.session(number).screen == Session::Screen::connecting);

    console.from_hub(Console::status("1-a", SessionState::streaming));
    console.clock.advance(Millis(420));
    console.screens.events->screen_showing(number, {1280, 800}, console.clock.now());
    CHECK(console.session(number).screen == Session::Screen::showing);
    CHECK(console.session(number).first_picture_ms == 2'420);
    CHECK(console.scribe.logged_text("2420 ms after the request, 2000 ms of them until the guest agreed"));
    CHECK(console.session(number).size == Size{1280, 800});
    console.screens.events->screen_resized(number, {1024, 768});
    CHECK(console.session(number).size == Size{1024, 768});

    console.model.end_session(number);
    CHECK(console.session(number).ending);
    CHECK(console.link.sent_of<control::SessionEnd>() == std::vector{control::SessionEnd{"1-a"}});
    console.model.end_session(number);
    CHECK(console.link.sent_of<control::SessionEnd>().size() == 1);

    console.from_hub(console.ended("1-a", EndReason::operator_));
    CHECK_FALSE(console.session(number).live());
    CHECK(console.session(number).reason == EndReason::operator_);
    CHECK(console.session(number).bytes_to_viewer == 1'234);
    CHECK_FALSE(console.session(number).error);
    CHECK(console.session(number).was_seen());
    CHECK(console.screens.closed == std::vector{number});
    CHECK(console.scribe.logged_text("Session with PC-210EB is over after 1:01: ended by the operator"));
}

TEST_CASE("refused and timed-out consent end the session with the hub's words") {
    for (const auto reason : {EndReason::refused, EndReason::timed_out}) {
        Visited console;
        const auto number = console.model.request_session(7, control::Mode::control).value();
        console.from_hub(Console::status("1-a", SessionState::asked), console.link.last());
        console.from_hub(console.ended("1-a", reason));
        CHECK(console.session(number).reason == reason);
        CHECK(console.session(number).message == "That is how it went.");
        CHECK_FALSE(console.session(number).was_seen());
        CHECK(console.scribe.logged_text("That is how it went.", LogLine::Severity::warning));
    }
}

TEST_CASE("a request that the hub refuses ends with its message and remedy") {
    Visited console;
    const auto number = console.model.request_session(7, control::Mode::control).value();
    console.from_hub(control::Refused{{control::Code::busy, "A session is under way.", "Wait."}}, console.link.last());
    CHECK_FALSE(console.session(number).live());
    CHECK(console.session(number).error->code == control::Code::busy);
    CHECK(console.scribe.logged_text("A session is under way. Wait.", LogLine::Severity::error));
    CHECK(console.model.request_session(7, control::Mode::control));
}

TEST_CASE("answers find their request even when two are under way") {
    Visited console;
    const auto first = console.model.request_session(7, control::Mode::control).value();
    const auto first_asked = console.link.last();
    const auto second = console.model.request_session(8, control::Mode::view).value();
    const auto second_asked = console.link.last();
    auto view = Console::status("1-b", SessionState::asked);
    view.mode = control::Mode::view;
    console.from_hub(view, second_asked);
    console.from_hub(Console::status("1-a", SessionState::asked), first_asked);
    CHECK(console.session(first).id == "1-a");
    CHECK(console.session(second).id == "1-b");
    console.from_hub(control::SessionStream{"1-b", "screen.1.1", "token"});
    CHECK(console.screens.opened.back().session == second);
    CHECK(console.screens.opened.back().view_only);
}

TEST_CASE("two sessions run at once and end apart") {
    Visited console;
    const auto first = console.stream(7, "1-a");
    const auto second = console.stream(8, "1-b");
    CHECK(console.model.live_session_with(7)->number == first);
    CHECK(console.model.live_session_with(8)->number == second);
    console.from_hub(console.ended("1-a", EndReason::guest));
    CHECK_FALSE(console.session(first).live());
    CHECK(console.session(second).live());
    CHECK(console.screens.closed == std::vector{first});
    console.lose();
    CHECK_FALSE(console.session(second).live());
    CHECK(console.session(first).reason == EndReason::guest);
    CHECK(console.screens.closed == std::vector{first, second});
}

TEST_CASE("a guest that is away, busy or an operator cannot be asked") {
    Visited console;
    CHECK_FALSE(console.model.request_session(99, control::Mode::control));
    control::Presence aldo;
    aldo.peer = 2;
    aldo.role = control::Role::operator_;
    console.from_hub(control::PresenceChanged{aldo, true});
    CHECK_FALSE(console.model.request_session(2, control::Mode::control));
    REQUIRE(console.model.request_session(7, control::Mode::control));
    CHECK_FALSE(console.model.request_session(7, control::Mode::view));
    CHECK(console.link.sent.size() == 1);
}

TEST_CASE("ending before the hub has answered ends it when the answer comes") {
    Visited console;
    const auto number = console.model.request_session(7, control::Mode::control).value();
    console.model.end_session(number);
    CHECK(console.link.sent_of<control::SessionEnd>().empty());
    console.from_hub(Console::status("1-a", SessionState::asked), 1);
    CHECK(console.link.sent_of<control::SessionEnd>() == std::vector{control::SessionEnd{"1-a"}});
    console.from_hub(control::SessionStream{"1-a", "screen.1.1", "token"});
    CHECK(console.screens.opened.empty());
}

TEST_CASE("a refused end: over if the hub knows no such session, else still there") {
    Visited console;
    const auto number = console.stream(7, "1-a");
    console.model.end_session(number);
    SECTION("not found") {
        console.from_hub(control::Refused{{control::Code::not_found, "No such session.", ""}}, console.link.last());
        CHECK_FALSE(console.session(number).live());
        CHECK_FALSE(console.session(number).error);
    }
    SECTION("overloaded") {
        console.from_hub(control::Refused{{control::Code::overloaded, "Too much.", "Wait."}}, console.link.last());
        CHECK(console.session(number).live());
        CHECK_FALSE(console.session(number).ending);
        console.model.end_session(number);
        CHECK(console.link.sent_of<control::SessionEnd>().size() == 2);
    }
}

TEST_CASE("a screen that cannot be opened ends the session, and the reason stays") {
    Visited console;
    const auto number = console.model.request_session(7, control::Mode::control).value();
    console.from_hub(Console::status("1-a", SessionState::granted), console.link.last());
    console.from_hub(control::SessionStream{"1-a", "screen.1.1", "token"});
    console.screens.events->screen_failed(number, {control::Code::offline, "No stream.", "Try again."});
    CHECK(console.link.sent_of<control::SessionEnd>() == std::vector{control::SessionEnd{"1-a"}});
    CHECK(console.session(number).live());
    console.from_hub(console.ended("1-a", EndReason::operator_));
    CHECK(console.session(number).error->message == "No stream.");
    CHECK(console.scribe.logged_text("No stream. Try again.", LogLine::Severity::error));
}

TEST_CASE("a screen that closes leaves the end to the hub") {
    Visited console;
    const auto number = console.stream(7, "1-a");
    console.screens.events->screen_closed(number, "end of stream");
    CHECK(console.session(number).live());
    CHECK(console.session(number).screen == Session::Screen::closed);
    CHECK(console.link.sent_of<control::SessionEnd>().empty());
    CHECK(console.scribe.logged_text("end of stream", LogLine::Severity::warning));
}

TEST_CASE("a pause and a new stream keep the session and its first picture") {
    Visited console;
    const auto number = console.stream(7, "1-a");
    CHECK(console.session(number).screen_is_good());
    console.from_hub(Console::status("1-a", SessionState::paused));
    CHECK(console.session(number).state == SessionState::paused);
    CHECK_FALSE(console.session(number).screen_is_good());  // even if its stream has not noticed yet
    console.screens.events->screen_closed(number, "end of stream");
    console.from_hub(control::SessionStream{"1-a", "screen.1.2", "token"});
    CHECK(console.screens.opened.size() == 2);
    console.screens.events->screen_showing(number, {640, 480}, console.clock.now() + Millis(5'000));
    CHECK(console.session(number).first_picture_ms == 250);
    CHECK(console.session(number).screen == Session::Screen::showing);
}

TEST_CASE("messages about sessions that are over or unknown change nothing") {
    Visited console;
    const auto number = console.stream(7, "1-a");
    console.from_hub(console.ended("1-a", EndReason::guest));
    const auto heard = console.scribe.heard.size();
    console.from_hub(Console::status("1-a", SessionState::streaming));
    console.from_hub(control::SessionStream{"1-a", "screen.1.2", "token"});
    console.from_hub(console.ended("1-a", EndReason::drop));
    console.from_hub(Console::status("1-zzz", SessionState::asked));
    console.from_hub(console.ended("1-zzz", EndReason::drop));
    console.from_hub(control::SessionStream{"1-zzz", "screen.1.1", "token"});
    console.from_hub(control::Clipboard{"1-zzz", "text"});
    console.screens.events->screen_showing(number, {1, 1}, console.clock.now());
    console.screens.events->screen_resized(number, {1, 1});
    console.screens.events->screen_closed(number, "again");
    console.screens.events->screen_failed(number, {});
    console.screens.events->screen_failed(99, {});
    CHECK(console.scribe.heard.size() == heard);
    CHECK(console.session(number).reason == EndReason::guest);
    CHECK(console.screens.opened.size() == 1);
}

TEST_CASE("session.state never ends a session: session.ended does, with the reason") {
    Visited console;
    const auto number = console.stream(7, "1-a");
    console.from_hub(Console::status("1-a", SessionState::ended));
    CHECK(console.session(number).live());
}

TEST_CASE("messages that only guests get are ignored") {
    Visited console;
    const auto heard = console.scribe.heard.size();
    console.from_hub(control::SessionAsk{});
    console.from_hub(control::Welcome{});
    console.from_hub(control::Hello{});
    console.from_hub(control::TicketNew{});
    CHECK(console.scribe.heard.size() == heard);
}

TEST_CASE("ended sessions can be forgotten, live ones not") {
    Visited console;
    const auto number = console.stream(7, "1-a");
    console.model.forget_session(number);
    CHECK(console.model.find_session(number));
    console.from_hub(console.ended("1-a", EndReason::guest));
    console.model.forget_session(number);
    CHECK_FALSE(console.model.find_session(number));
    console.model.forget_session(number);
}

TEST_CASE("a listener may forget a session while it hears of its end") {
    struct Forgetter final : ConsoleListener {
        ConsoleModel* model = nullptr;
        void session_changed(const Session& session) override { model->forget_session(session.number); }
    };
    Visited console;
    Forgetter forgetter;
    forgetter.model = &console.model;
    const auto number = console.stream(7, "1-a");
    console.model.add_listener(forgetter);
    console.from_hub(console.ended("1-a", EndReason::guest));
    CHECK_FALSE(console.model.find_session(number));
    CHECK(console.screens.closed == std::vector{number});
}

TEST_CASE("the clipboard goes out and comes in only where it is allowed") {
    Visited console;
    const auto control_session = console.stream(7, "1-a");
    const auto view_session = console.stream(8, "1-b", control::Mode::view);
    CHECK(console.model.send_clipboard(control_session, "text"));
    CHECK(console.link.sent_of<control::Clipboard>() == std::vector{control::Clipboard{"1-a", "text"}});
    CHECK_FALSE(console.model.send_clipboard(view_session, "text"));
    CHECK_FALSE(console.model.send_clipboard(99, "text"));
    CHECK_FALSE(console.model.send_clipboard(control_session, std::string(48 * 1024 + 1, 'x')));
    CHECK(console.model.send_clipboard(control_session, std::string(48 * 1024, 'x')));
    for (const auto& line : console.scribe.log) CHECK(line.text.find("text\"") == std::string::npos);

    console.scribe.heard.clear();
    console.from_hub(control::Clipboard{"1-a", "from there"});
    console.from_hub(control::Clipboard{"1-b", "from there"});
    CHECK(console.scribe.heard == std::vector<std::string>{"clipboard 1 from there"});
}

TEST_CASE("a hub that forbids the clipboard is obeyed") {
    Console console;
    console.model.log_in(console.hub, {}, "anna", "secret");
    control::Welcome welcome;
    welcome.policy.clipboard = false;
    console.link.events->link_opened(welcome);
    console.arrive(7, "PC-210EB");
    const auto number = console.stream(7, "1-a");
    CHECK_FALSE(console.model.send_clipboard(number, "text"));
    console.scribe.heard.clear();
    console.from_hub(control::Clipboard{"1-a", "from there"});
    console.screens.events->screen_copied(number, "from there");
    CHECK(console.scribe.heard.empty());
}

TEST_CASE("what is copied there and told by RFB reaches the clipboard only where it is allowed") {
    Visited console;
    const auto control_session = console.stream(7, "1-a");
    const auto view_session = console.stream(8, "1-b", control::Mode::view);
    console.scribe.heard.clear();
    console.screens.events->screen_copied(control_session, "two\nlines\a of gr\u00FC\u00DFe\r\n");
    console.screens.events->screen_copied(control_session, "");
    console.screens.events->screen_copied(view_session, "secret");
    console.screens.events->screen_copied(99, "nobody's");
    CHECK(console.scribe.heard == std::vector<std::string>{"clipboard 1 two\nlines of gr\u00FC\u00DFe\n"});
    console.from_hub(console.ended("1-a", EndReason::guest));
    console.scribe.heard.clear();
    console.screens.events->screen_copied(control_session, "late");
    CHECK(console.scribe.heard.empty());
}

TEST_CASE("a guest that tells of texts by the control channel is not heard by RFB, in whatever order they come") {
    Visited console;
    const auto agent = console.stream(7, "1-a");
    const auto other = console.stream(8, "1-b");
    console.scribe.heard.clear();
    console.from_hub(control::Clipboard{"1-a", "10 \u20AC"});
    console.screens.events->screen_copied(agent, "10 ?");
    console.screens.events->screen_copied(agent, "20 ?");
    console.from_hub(control::Clipboard{"1-a", "20 \u20AC"});
    console.screens.events->screen_copied(other, "30 ?");
    CHECK(console.scribe.heard == std::vector<std::string>{"clipboard 1 10 \u20AC", "clipboard 1 20 \u20AC", "clipboard 2 30 ?"});
}

TEST_CASE("a report is saving, then saved, or failed with the reason") {
    Visited console;
    control::ReportSave report;
    report.assistance = "case of 1-a";
    report.problem = "paper jam";
    REQUIRE(console.model.save_report(report));
    CHECK(console.model.find_report("case of 1-a")->state == Report::State::saving);
    CHECK(console.link.sent_of<control::ReportSave>() == std::vector{report});
    SECTION("saved") {
        console.from_hub(control::ReportSaved{"case of 1-a"}, console.link.last());
        CHECK(console.model.find_report("case of 1-a")->state == Report::State::saved);
        CHECK(console.scribe.logged_text("The report is saved"));
        console.lose();
        CHECK(console.model.find_report("case of 1-a")->state == Report::State::saved);
    }
    SECTION("refused") {
        console.from_hub(control::Refused{{control::Code::not_found, "No such case.", ""}}, console.link.last());
        CHECK(console.model.find_report("case of 1-a")->state == Report::State::failed);
        CHECK(console.model.find_report("case of 1-a")->error->message == "No such case.");
        REQUIRE(console.model.save_report(report));
        CHECK_FALSE(console.model.find_report("case of 1-a")->error);
    }
    SECTION("an answer to nothing") {
        console.from_hub(control::ReportSaved{"another"});
        CHECK(console.model.find_report("case of 1-a")->state == Report::State::saving);
    }
}

TEST_CASE("a report over the protocol's limits is not sent") {
    Visited console;
    control::ReportSave report;
    report.problem = std::string(4'001, 'x');
    CHECK_FALSE(console.model.save_report(report));
    report.problem.clear();
    report.solution = std::string(4'001, 'x');
    CHECK_FALSE(console.model.save_report(report));
    report.solution = std::string(4'000, 'x');
    report.category = std::string(101, 'x');
    CHECK_FALSE(console.model.save_report(report));
    report.category = std::string(100, 'x');
    CHECK(console.model.save_report(report));
}

TEST_CASE("a refusal of something that needs no answer is still shown") {
    Visited console;
    console.from_hub(control::Refused{{control::Code::too_large, "Too long.", "Shorten it."}}, 12'345);
    CHECK(console.scribe.logged_text("The hub refused: Too long. Shorten it.", LogLine::Severity::error));
}

TEST_CASE("the recording is paused and goes on as the hub says, and the log says who did it") {
    Visited console;
    const auto number = console.stream(7, "1-a");
    CHECK(console.model.pause_recording(number, true));
    CHECK(console.link.sent_of<control::RecordingPause>() == std::vector{control::RecordingPause{"1-a", true}});
    CHECK(console.session(number).records());  // until the hub has said so
    auto status = Console::status("1-a", SessionState::streaming);
    status.paused_by = control::Party::operator_;
    console.from_hub(status, console.link.last());
    CHECK_FALSE(console.session(number).records());
    CHECK(console.scribe.logged_text("is paused", LogLine::Severity::info));
    status.paused_by = control::Party::guest;
    console.from_hub(status);
    CHECK(console.scribe.logged_text("PC-210EB has paused the recording, too", LogLine::Severity::info));

    CHECK(console.model.pause_recording(number, false));
    console.from_hub(control::Refused{{control::Code::forbidden, "The guest has paused the recording.", "Ask them."}},
                     console.link.last());
    CHECK(console.scribe.logged_text("The guest has paused the recording. Ask them.", LogLine::Severity::error));
    CHECK(console.session(number).live());
}

TEST_CASE("what is not recorded, or may not be paused, is not asked for") {
    Visited console;
    CHECK_FALSE(console.model.pause_recording(99, true));
    const auto number = console.stream(7, "1-a");
    auto status = Console::status("1-a", SessionState::streaming);
    status.recorded = false;
    console.from_hub(status);
    CHECK_FALSE(console.model.pause_recording(number, true));
    CHECK(console.link.sent_of<control::RecordingPause>().empty());
}

TEST_CASE("a stream of the next generation opens in the place of the one before, once its window has let go") {
    Visited console;
    const auto number = console.stream(7, "1-a");
    const auto first_picture = console.session(number).first_picture_ms;
    console.from_hub(Console::status("1-a", SessionState::granted));
    console.screens.events->screen_closed(number, "end of stream");
    CHECK_FALSE(console.scribe.logged_text("is closed", LogLine::Severity::warning));
    console.from_hub(control::SessionStream{"1-a", "screen.1.2", "token"});
    CHECK(console.screens.opened.back().stream.stream == "screen.1.2");
    CHECK(console.session(number).screen == Session::Screen::connecting);
    console.from_hub(Console::status("1-a", SessionState::streaming));
    console.screens.events->screen_showing(number, {800, 600}, console.clock.now());
    CHECK(console.session(number).screen_is_good());
    CHECK(console.session(number).first_picture_ms == first_picture);
}
