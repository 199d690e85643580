#include <catch2/catch.hpp>

#include "tests/unit/viewer/model/console_fixture.hpp"

using namespace pronto;
using namespace pronto::viewer;
using namespace pronto::viewer::test;
using control::EndReason;
using control::Party;
using control::SessionState;
using State = Connection::State;

namespace {

/// Logged in, with a session under way.
struct Helping : Console {
    SessionNumber number;
    Helping() {
        log_in();
        arrive(7, "PC-210EB");
        number = stream(7, "1-a");
    }
    const Session& session() const { return *model.find_session(number); }
    control::SessionStatus paused(Party away, std::int64_t within_ms = 105'000) const {
        auto message = status("1-a", SessionState::paused);
        message.away = away;
        message.resume_within_ms = within_ms;
        return message;
    }
    /// The streams of the next generation, up to the first picture of the screen.
    void stream_again(const std::string& stream = "screen.1.2", Size size = {640, 480}) {
        from_hub(control::SessionStream{"1-a", stream, "token"});
        from_hub(status("1-a", SessionState::streaming));
        screens.events->screen_showing(number, size, clock.now());
    }
};

control::ReportSave report_about(const Session& session) {
    control::ReportSave report;
    report.assistance = session.assistance;
    report.problem = "a long story";
    return report;
}

}  // namespace

TEST_CASE("a console whose connection is interrupted says when it tries again, and tries at once when told to") {
    Console console;
    console.log_in();
    console.interrupt(Millis(3'100));
    CHECK(console.model.connection().state == State::reconnecting);
    CHECK(console.model.status_text() == "Connection lost; trying again in 4 s");
    CHECK(console.model.counts_seconds());
    console.clock.advance(Millis(3'100));
    CHECK(console.model.status_text() == "Connection lost; trying again…");
    console.interrupt(Millis(60'000));
    CHECK(console.model.status_text() == "Connection lost; trying again in 60 s");
    console.model.retry_now();
    CHECK(console.link.retries == 1);
    CHECK(console.model.status_text() == "Connection lost; trying again…");
    console.come_back();
    CHECK(console.model.logged_in());
    CHECK_FALSE(console.model.counts_seconds());
    console.model.retry_now();
    CHECK(console.link.retries == 1);
}

TEST_CASE("tries that fail for the same reason are told once") {
    Console console;
    console.log_in();
    for (int i = 0; i < 4; ++i) console.interrupt(Millis(1'000), "Nobody answers.");
    const auto& log = console.scribe.log;
    CHECK(std::count_if(log.begin(), log.end(), [](const LogLine& line) {
              return line.text.find("Nobody answers.") != std::string::npos;
          }) == 1);
}

TEST_CASE("an outage tells each reason once, however its words change from try to try") {
    Console console;
    console.log_in();
    const auto fail = [&](tunnel::LinkFailure::Kind kind, const std::string& words) {
        tunnel::LinkFailure failure;
        failure.kind = kind;
        failure.error = {control::Code::offline, words, {}};
        console.link.events->link_interrupted(failure, Millis(1'000));
    };
    const auto told = [&] {
        const auto& log = console.scribe.log;
        return std::count_if(log.begin(), log.end(), [](const LogLine& line) { return line.severity == LogLine::Severity::warning; });
    };
    using Kind = tunnel::LinkFailure::Kind;
    fail(Kind::lost, "The connection broke.");
    CHECK(told() == 1);
    for (int i = 0; i < 3; ++i) {
        fail(Kind::unreachable, "No answer within 4 s.");
        fail(Kind::unreachable, "No answer within 10 s. Also tried: port 443.");
        fail(Kind::proxy, "The proxy does not answer.");
    }
    CHECK(told() == 3);
    CHECK(console.model.connection().error->message == "The proxy does not answer.");
    console.come_back();
    fail(Kind::unreachable, "No answer within 4 s.");
    CHECK(told() == 4);
}

TEST_CASE("a session waits for the connection, and goes on in the same window with the next generation") {
    Helping console;
    const auto first_picture = console.session().first_picture_ms;
    console.interrupt();
    CHECK(console.session().live());
    CHECK(console.session().state == SessionState::paused);
    CHECK(console.session().away == Party::operator_);
    CHECK(console.session().resumes_until == console.clock.unix_now() + 120'000);
    CHECK(console.session().waits_for_its_screen());
    CHECK(console.screens.closed == std::vector{console.number});

    console.come_back({Console::guest(7, "PC-210EB")});
    CHECK(console.session().unconfirmed);
    console.from_hub(console.paused(Party::nobody));
    CHECK_FALSE(console.session().unconfirmed);
    console.stream_again("screen.1.2", {800, 600});
    CHECK(console.session().screen_is_good());
    CHECK(console.session().size == Size{800, 600});
    CHECK(console.session().first_picture_ms == first_picture);
    CHECK_FALSE(console.session().resumes_until);
    CHECK(console.screens.opened.back().stream.stream == "screen.1.2");
    CHECK(console.link.sent_of<control::SessionRequest>().size() == 1);  // nobody was asked again
    CHECK(console.scribe.logged_text("Session with PC-210EB goes on"));
    console.clock.advance(Millis(60'000));
    console.model.look_at_the_clock();
    CHECK(console.session().live());
}

TEST_CASE("a session that waits for its guest says so, keeps its case, and follows the guest to its new peer id") {
    Helping console;
    console.from_hub(console.paused(Party::guest));
    CHECK(console.session().away == Party::guest);
    CHECK(console.session().resumes_until == console.clock.unix_now() + 105'000);
    CHECK(console.session().screen == Session::Screen::closed);
    CHECK(console.screens.closed == std::vector{console.number});
    CHECK(console.scribe.logged_text("PC-210EB is not connected", LogLine::Severity::warning));
    console.from_hub(control::PresenceLeft{7, "PC-210EB"});
    SECTION("known by its session") {
        auto entry = Console::guest(12, "PC-OTHER");
        entry.session = "1-a";
        console.from_hub(control::PresenceChanged{entry, true});
        CHECK(console.model.live_session_with(12)->number == console.number);
    }
    SECTION("known by its name") {
        console.arrive(12, "PC-210EB");
        CHECK(console.model.live_session_with(12)->number == console.number);
    }
    CHECK(console.model.live_session_with(7) == nullptr);
    console.from_hub(console.paused(Party::nobody));
    console.stream_again();
    CHECK(console.session().screen_is_good());
}

TEST_CASE("a stream that was opened before the hub said that the session is paused stays") {
    Helping console;
    console.screens.events->screen_closed(console.number, "end of stream");
    console.from_hub(control::SessionStream{"1-a", "screen.1.2", "token"});
    console.from_hub(console.paused(Party::nobody));
    CHECK(console.session().screen == Session::Screen::connecting);
    CHECK(console.screens.closed.empty());
}

TEST_CASE("a screen that cannot be opened again is no end: the hub offers it once more") {
    Helping console;
    console.from_hub(console.paused(Party::nobody));
    console.from_hub(control::SessionStream{"1-a", "screen.1.2", "token"});
    console.screens.events->screen_failed(console.number, {control::Code::offline, "No route.", {}});
    CHECK(console.session().live());
    CHECK_FALSE(console.session().error);
    CHECK(console.link.sent_of<control::SessionEnd>().empty());
    console.stream_again("screen.1.3");
    CHECK(console.session().screen_is_good());
}

TEST_CASE("a screen that is in vain again and again, while nobody is away, ends the session with the words") {
    Helping console;
    console.clock.advance(Millis(1'000));
    const control::Error why{control::Code::internal, "No threads are left.", {}};
    const auto in_vain = [&](bool seen) {
        console.from_hub(control::SessionStream{"1-a", "screen.1.2", "token"});
        console.from_hub(Console::status("1-a", SessionState::streaming));
        if (!seen) return console.screens.events->screen_failed(console.number, why);
        console.screens.events->screen_showing(console.number, {640, 480}, console.clock.now());
        console.clock.advance(Millis(999));
        console.screens.events->screen_closed(console.number, "A rectangle makes no sense.");
    };
    const auto given_up = [&] { return console.link.sent_of<control::SessionEnd>().size() == 1; };
    console.screens.events->screen_closed(console.number, "end of stream");  // it was seen
    in_vain(false);
    in_vain(true);
    CHECK_FALSE(given_up());
    SECTION("failing") {
        in_vain(false);
        REQUIRE(given_up());
        CHECK(console.session().error->message == why.message);
        console.from_hub(control::SessionStream{"1-a", "screen.1.3", "token"});
        CHECK(console.screens.opened.size() == 4);
    }
    SECTION("closing") {
        in_vain(true);
        REQUIRE(given_up());
        CHECK(console.session().error->message == "The screen was closed again and again: A rectangle makes no sense.");
    }
    SECTION("but not if it was seen for a second in between") {
        console.stream_again();
        console.clock.advance(Millis(1'000));
        SECTION("till it closed") { console.screens.events->screen_closed(console.number, "end of stream"); }
        SECTION("till the next came") {}
        in_vain(false);
        in_vain(false);
        CHECK_FALSE(given_up());
    }
    SECTION("nor for want of a network") {
        const auto party = GENERATE(Party::guest, Party::operator_, Party::nobody);
        if (party == Party::guest) console.from_hub(console.paused(party));
        if (party == Party::operator_) console.interrupt(), console.come_back(), console.from_hub(console.paused(Party::nobody));
        if (party == Party::nobody) console.screens.events->screen_failed(console.number, {control::Code::offline, "No route.", {}});
        if (party != Party::nobody) in_vain(false);
        CHECK_FALSE(given_up());
    }
    SECTION("nor when the recording's pauses are what brings new screens") {
        auto paused = Console::status("1-a", SessionState::streaming);
        paused.paused_by = Party::operator_;
        console.from_hub(paused);
        in_vain(true);
        CHECK_FALSE(given_up());
    }
}

TEST_CASE("whatever the hub says about a kept session holds") {
    Helping console;
    console.interrupt();
    SECTION("it has ended meanwhile") {
        console.come_back();
        control::SessionEnded ended;
        ended.session = "1-a";
        ended.reason = EndReason::guest;
        ended.duration_ms = 74'000;
        console.from_hub(ended);
        CHECK(console.session().reason == EndReason::guest);
        CHECK(console.session().duration_ms == 74'000);
    }
    SECTION("nothing: it ends after some seconds") {
        console.come_back();
        console.clock.advance(Millis(9'000));
        console.model.look_at_the_clock();
        CHECK(console.session().live());
        console.clock.advance(Millis(1'000));
        console.model.look_at_the_clock();
        CHECK(console.session().reason == EndReason::drop);
        CHECK(console.session().error->message.find("does not know") != std::string::npos);
    }
    SECTION("nothing, as there is no connection for much longer than the grace") {
        console.clock.advance(Millis(130'000));
        console.model.look_at_the_clock();
        CHECK(console.session().live());
        console.clock.advance(Millis(6'000));
        console.model.look_at_the_clock();
        CHECK(console.session().reason == EndReason::drop);
    }
}

TEST_CASE("what was not granted ends with words when the connection is lost") {
    Console console;
    console.log_in();
    console.arrive(7, "PC-210EB");
    console.arrive(8, "PC-00001");
    const auto requested = console.model.request_session(7, control::Mode::control).value();
    const auto asked = console.model.request_session(8, control::Mode::control).value();
    console.from_hub(Console::status("1-b", SessionState::asked), console.link.last());
    console.interrupt();
    for (const auto number : {requested, asked}) {
        CHECK_FALSE(console.model.find_session(number)->live());
        CHECK(console.model.find_session(number)->error->message.find("before PC-") != std::string::npos);
    }
}

TEST_CASE("requests that nobody answers any more fail with words; commands wait for the connection") {
    Helping console;
    REQUIRE(console.model.new_ticket());
    console.interrupt();
    const auto& heard = console.scribe.heard;
    CHECK(std::count(heard.begin(), heard.end(), "no ticket: The connection broke.") == 1);
    CHECK_FALSE(console.model.new_ticket());
    CHECK(console.scribe.logged_text("Wait until it is back.", LogLine::Severity::error));
}

TEST_CASE("an end that was asked for needs no connection; the hub hears of it when it is back") {
    Helping console;
    bool before = GENERATE(false, true);
    if (before) console.model.end_session(console.number);
    console.interrupt();
    if (!before) console.model.end_session(console.number);
    CHECK(console.session().reason == EndReason::operator_);
    const auto sent = console.link.sent_of<control::SessionEnd>().size();
    console.come_back();
    console.from_hub(console.paused(Party::nobody));
    CHECK(console.link.sent_of<control::SessionEnd>().size() == sent + 1);
    CHECK(console.link.sent_of<control::SessionEnd>().back().session == "1-a");
    console.from_hub(console.paused(Party::nobody));
    CHECK(console.link.sent_of<control::SessionEnd>().size() == sent + 1);
    CHECK(console.screens.opened.size() == 1);
}

TEST_CASE("a report is not lost with the connection") {
    Helping console;
    const auto report = report_about(console.session());
    SECTION("saved on the way down: saved again") {
        REQUIRE(console.model.save_report(report));
        console.interrupt();
    }
    SECTION("saved while there is no connection") {
        console.interrupt();
        REQUIRE(console.model.save_report(report));
        CHECK(console.link.sent_of<control::ReportSave>().empty());
    }
    CHECK(console.model.find_report(report.assistance)->state == Report::State::saving);
    console.come_back();
    CHECK(console.link.sent_of<control::ReportSave>().back() == report);
    console.from_hub(control::ReportSaved{report.assistance}, console.link.last());
    CHECK(console.model.find_report(report.assistance)->state == Report::State::saved);
}

TEST_CASE("a report that the hub cannot be told of any more has failed, and says so") {
    Helping console;
    console.interrupt();
    REQUIRE(console.model.save_report(report_about(console.session())));
    console.lose();
    CHECK(console.model.find_report(console.session().assistance)->state == Report::State::failed);
    CHECK(console.model.find_report(console.session().assistance)->content.problem == "a long story");
}

TEST_CASE("a log-in that is over while reconnecting asks for a new one") {
    Helping console;
    console.interrupt();
    tunnel::LinkFailure failure;
    failure.kind = tunnel::LinkFailure::Kind::refused;
    failure.error = {control::Code::unauthorized, "Your log-in is over.", "Log in again."};
    console.link.events->link_failed(failure);
    CHECK(console.model.connection().state == State::not_logged_in);
    CHECK(console.model.connection().error->message == "Your log-in is over.");
    CHECK_FALSE(console.session().live());
    CHECK(console.session().error->message == "Your log-in is over.");
    console.log_in();
    CHECK(console.model.logged_in());
}

TEST_CASE("a key that changes while reconnecting is never offered to be trusted") {
    Helping console;
    console.interrupt();
    tunnel::LinkFailure failure;
    failure.kind = tunnel::LinkFailure::Kind::untrusted;
    failure.presented = sha256(as_bytes("another"));
    failure.error = {control::Code::forbidden, "Another key.", {}};
    console.link.events->link_failed(failure);
    CHECK(console.model.connection().state == State::lost);
    console.model.trust_and_remember();
    CHECK(console.link.targets.size() == 1);
}

TEST_CASE("a network that shows another key is told in words; sessions wait, and nothing offers to trust it") {
    Helping console;
    console.interrupt();
    tunnel::LinkFailure failure;
    failure.kind = tunnel::LinkFailure::Kind::untrusted;
    failure.presented = sha256(as_bytes("a train's"));
    failure.error = {control::Code::forbidden, "The hub showed another key.", "Compare it and trust the hub."};
    failure.intercepted = GENERATE(false, true);
    if (failure.intercepted) failure.error.remedy = "Ask the administrator of this network.";
    console.link.events->link_interrupted(failure, Millis(3'100));
    CHECK(console.model.connection().state == State::reconnecting);
    CHECK(console.model.status_text() == "The hub is not trusted here; trying again in 4 s");
    CHECK(console.scribe.logged_text("The hub showed another key.", LogLine::Severity::warning));
    CHECK(console.scribe.logged_text(failure.intercepted ? "Ask the administrator" : "log-in of its own", LogLine::Severity::warning));
    CHECK_FALSE(console.scribe.logged_text("trust the hub", LogLine::Severity::warning));
    CHECK_FALSE(console.model.connection().presented);
    CHECK(console.session().live());
    console.model.trust_and_remember();
    CHECK(console.link.targets.size() == 1);
    CHECK(console.store.kept.pins_of(console.hub).empty());
    CHECK(console.model.connection().state == State::reconnecting);

    console.interrupt(Millis(1'000), "Nobody answers.");
    CHECK(console.model.status_text() == "Connection lost; trying again in 1 s");
    console.come_back();
    console.from_hub(console.paused(Party::nobody));
    console.stream_again();
    CHECK(console.session().screen_is_good());
}

TEST_CASE("a hub that restarts says so, until it is back") {
    Console console;
    console.log_in();
    console.from_hub(control::HubStopping{});
    console.interrupt(Millis(500));
    CHECK(console.model.status_text() == "The hub restarts; trying again in 1 s");
    console.interrupt(Millis(2'000), "Nobody answers.");
    CHECK(console.model.status_text() == "The hub restarts; trying again in 2 s");
    console.come_back();
    console.interrupt();
    CHECK(console.model.status_text() == "Connection lost; trying again in 4 s");
}

TEST_CASE("who came and went meanwhile is told, whatever their new peer ids are") {
    Console console;
    console.log_in();
    console.from_hub(control::PresenceList{{Console::guest(7, "PC-210EB"), Console::guest(8, "PC-00001")}});
    console.interrupt();
    CHECK(console.model.presence().size() == 2);  // as it was
    console.scribe.heard.clear();
    console.come_back({Console::guest(3, "PC-210EB"), Console::guest(4, "PC-00002")});
    const auto& heard = console.scribe.heard;
    CHECK(std::count(heard.begin(), heard.end(), "departed PC-00001") == 1);
    CHECK(std::count(heard.begin(), heard.end(), "arrived PC-00002") == 1);
    CHECK(std::count(heard.begin(), heard.end(), "arrived PC-210EB") == 0);
    CHECK(console.model.find_peer(3)->name == "PC-210EB");
}

TEST_CASE("tickets made before stay when the connection is back") {
    Console console;
    console.log_in();
    REQUIRE(console.model.new_ticket());
    console.from_hub(control::TicketCreated{"1-210EB", 1, 0}, console.link.last());
    console.interrupt();
    console.come_back();
    CHECK(console.model.tickets().size() == 1);
}

TEST_CASE("logging out while reconnecting ends everything") {
    Helping console;
    console.interrupt();
    console.model.log_out();
    CHECK(console.model.connection().state == State::not_logged_in);
    CHECK_FALSE(console.session().live());
    CHECK(console.link.events == nullptr);
    CHECK(console.model.presence().empty());
}

TEST_CASE("at a hub without a grace nothing waits: sessions end with the connection") {
    Console console;
    auto welcome = Console::welcome(1);
    welcome.grace_ms = 0;
    console.model.log_in(console.hub, {}, "anna", "secret");
    console.link.events->link_opened(welcome);
    console.arrive(7, "PC-210EB");
    const auto number = console.stream(7, "1-a");
    console.interrupt();
    CHECK_FALSE(console.model.find_session(number)->live());
    CHECK(console.model.find_session(number)->reason == EndReason::drop);
    CHECK(console.model.connection().state == State::reconnecting);
}
