#include <catch2/catch.hpp>

#include "tests/unit/viewer/model/console_fixture.hpp"
#include "viewer/script/scripted_session.hpp"

using namespace pronto;
using namespace pronto::viewer;
using control::EndReason;
using control::SessionState;
using pronto::viewer::test::Console;

namespace {

class FakeStage final : public Stage {
public:
    void key(std::uint32_t, bool) override { ++keys; }
    void pointer(Point, unsigned) override {}
    bool clipboard(const std::string&) override { return true; }
    bool record(bool) override { return true; }
    bool records(bool) const override { return true; }
    void save(const std::string&) override {}
    RemoteSession::Progress progress() const override { return {}; }
    int keys = 0;
};

/// A script, its console, and a hub played by the test.
struct Show final : ScreenFinder {
    Console console;
    FakeStage stage;
    std::vector<std::string> said;
    std::unique_ptr<ScriptedSession> session;

    explicit Show(std::string_view script, std::string guest = "any", bool with_report = false) {
        ScriptOrder order;
        order.account = {console.hub, {}, "anna", "secret"};
        order.guest = std::move(guest);
        order.steps = parse_script(script);
        if (with_report) order.report = control::ReportSave{{}, "problem", "solution", "", control::Outcome::solved};
        session = std::make_unique<ScriptedSession>(order, console.model, *this, console.clock,
                                                    [this](const std::string& line) { said.push_back(line); });
        session->start();
    }
    Stage* find(SessionNumber) override { return &stage; }

    void welcome() {
        console.link.events->link_opened(Console::welcome(1));
        session->advance();
    }
    void from_hub(control::Message message, std::optional<std::uint64_t> re = std::nullopt) {
        console.from_hub(std::move(message), re);
        session->advance();
    }
    void arrive(std::uint64_t peer, const std::string& name) { from_hub(control::PresenceChanged{Console::guest(peer, name), true}); }
    void after(int ms) {
        console.clock.advance(Millis(ms));
        session->advance();
    }
    /// Logged in, the guest has come and agreed, its screen is here.
    void curtain_up() {
        welcome();
        arrive(7, "PC-210EB");
        from_hub(Console::status("1-a", SessionState::asked), console.link.last());
        from_hub(Console::status("1-a", SessionState::granted));
        from_hub(control::SessionStream{"1-a", "screen.1.1", "token"});
        from_hub(Console::status("1-a", SessionState::streaming));
        console.screens.events->screen_showing(1, {640, 480}, console.clock.now());
        session->advance();
    }
    void ended(EndReason reason) {
        control::SessionEnded message;
        message.session = "1-a";
        message.assistance = "case of 1-a";
        message.reason = reason;
        message.message = "In the hub's words.";
        message.bytes_to_viewer = 777;
        from_hub(message);
    }
    const ScriptOutcome& outcome() const { return session->outcome(); }
};

}  // namespace

TEST_CASE("a script logs in, waits for the guest, plays, ends and reports") {
    Show show("key a\nsleep 100", "any", true);
    CHECK_FALSE(show.session->done());
    show.curtain_up();
    CHECK(show.stage.keys == 2);
    CHECK(show.console.link.sent_of<control::SessionEnd>().empty());
    show.after(100);
    CHECK(show.console.link.sent_of<control::SessionEnd>().size() == 1);
    show.ended(EndReason::operator_);
    REQUIRE(show.console.link.sent_of<control::ReportSave>().size() == 1);
    CHECK(show.console.link.sent_of<control::ReportSave>()[0].assistance == "case of 1-a");
    CHECK_FALSE(show.session->done());
    show.from_hub(control::ReportSaved{"case of 1-a"}, show.console.link.last());
    REQUIRE(show.session->done());
    CHECK(show.outcome().ok);
    CHECK(show.outcome().report_saved);
    CHECK(show.outcome().steps_done == 2);
    CHECK(show.outcome().session->bytes_to_viewer == 777);
    CHECK(show.console.link.events == nullptr);
    CHECK(show.said == std::vector<std::string>{"press a key", "sleep 100 ms"});
}

TEST_CASE("a log-in that fails fails the script with its words") {
    Show show("end");
    tunnel::LinkFailure failure;
    SECTION("refused") {
        failure.kind = tunnel::LinkFailure::Kind::refused;
        failure.error = {control::Code::wrong_password, "User name or password is wrong.", "Try again."};
        show.console.link.events->link_failed(failure);
        show.session->advance();
        CHECK(show.outcome().error->message == "User name or password is wrong.");
    }
    SECTION("unknown key") {
        failure.kind = tunnel::LinkFailure::Kind::untrusted;
        failure.presented = tunnel::Pin{};
        show.console.link.events->link_failed(failure);
        show.session->advance();
        CHECK(show.outcome().error->message.find("sha256:0000") != std::string::npos);
        CHECK(show.outcome().error->remedy.find("--hub-pin") != std::string::npos);
    }
    SECTION("wrong key") {
        failure.kind = tunnel::LinkFailure::Kind::untrusted;
        failure.presented = tunnel::Pin{};
        failure.pinned = true;
        show.console.link.events->link_failed(failure);
        show.session->advance();
        CHECK(show.outcome().error->message.find("another key") != std::string::npos);
    }
    CHECK(show.session->done());
    CHECK_FALSE(show.outcome().ok);
    CHECK_FALSE(show.outcome().session);
}

TEST_CASE("the named guest is waited for, others are left alone") {
    Show show("end", "1-00002");
    show.welcome();
    show.arrive(7, "PC-210EB");
    CHECK(show.console.link.sent.empty());
    show.arrive(8, "PC-00002");
    CHECK(show.console.link.sent_of<control::SessionRequest>()[0].target == 8);
}

TEST_CASE("any means a guest that nobody is helping") {
    Show show("end");
    show.welcome();
    auto busy = Console::guest(7, "PC-210EB");
    busy.session = "1-x";
    auto host = Console::guest(8, "SV-00001");
    host.role = control::Role::host;
    show.from_hub(control::PresenceList{{busy, host}});
    CHECK(show.console.link.sent.empty());
    show.arrive(9, "PC-00003");
    CHECK(show.console.link.sent_of<control::SessionRequest>()[0].target == 9);
}

TEST_CASE("a guest that does not come fails the script in time") {
    Show show("end");
    show.welcome();
    CHECK(show.session->wake_at() == show.console.clock.now() + Millis(10'000));
    show.after(9'999);
    CHECK_FALSE(show.session->done());
    show.after(1);
    CHECK(show.outcome().error->message == "No guest has come.");
}

TEST_CASE("refused and timed-out consent fail with the hub's words") {
    for (const auto reason : {EndReason::refused, EndReason::timed_out}) {
        Show show("end", "any", true);
        show.welcome();
        show.arrive(7, "PC-210EB");
        show.from_hub(Console::status("1-a", SessionState::asked), show.console.link.last());
        show.ended(reason);
        REQUIRE(show.session->done());
        CHECK_FALSE(show.outcome().ok);
        CHECK(show.outcome().error->message == "In the hub's words.");
        CHECK(show.outcome().session->reason == reason);
        CHECK(show.console.link.sent_of<control::ReportSave>().empty());
    }
}

TEST_CASE("a guest who ends in the middle fails the script, and the report is still saved") {
    Show show("sleep 5000\nkey a", "any", true);
    show.curtain_up();
    SECTION("the message first") {}
    SECTION("the screen first") {
        show.console.screens.events->screen_closed(1, "end of stream");
        show.session->advance();
        CHECK_FALSE(show.session->done());
    }
    show.ended(EndReason::guest);
    show.from_hub(control::ReportSaved{"case of 1-a"}, show.console.link.last());
    REQUIRE(show.session->done());
    CHECK_FALSE(show.outcome().ok);
    CHECK(show.outcome().report_saved);
    CHECK(show.outcome().error->message == "In the hub's words.");
    CHECK(show.outcome().session->reason == EndReason::guest);
    CHECK(show.stage.keys == 0);
}

TEST_CASE("a lost connection fails the script") {
    Show show("sleep 5000", "any", true);
    show.curtain_up();
    show.console.lose("The hub is gone.");
    show.session->advance();
    REQUIRE(show.session->done());
    CHECK(show.outcome().error->message == "The hub is gone.");
    CHECK(show.outcome().session->reason == EndReason::drop);
}

TEST_CASE("a step that does not come true ends the session and fails") {
    Show show("wait-change 500");
    show.curtain_up();
    show.after(500);
    CHECK(show.console.link.sent_of<control::SessionEnd>().size() == 1);
    show.ended(EndReason::operator_);
    REQUIRE(show.session->done());
    CHECK(show.outcome().error->message == "step 1 (wait for a change): nothing changed for 500 ms");
}

TEST_CASE("a hub that never ends the session is not waited for without end") {
    Show show("end");
    show.curtain_up();
    CHECK_FALSE(show.session->done());
    show.after(10'000);
    REQUIRE(show.session->done());
    CHECK_FALSE(show.outcome().ok);
}

TEST_CASE("the time-out for everything holds in every phase and ends the session") {
    SECTION("connecting") {
        Show show("end");
        show.after(120'000);
        CHECK(show.outcome().error->message == "It took longer than 120 s.");
    }
    SECTION("playing") {
        Show show("sleep 1000000");
        show.curtain_up();
        show.after(120'000);
        CHECK(show.outcome().error->message == "It took longer than 120 s.");
        CHECK(show.console.link.sent_of<control::SessionEnd>().size() == 1);
        CHECK_FALSE(show.outcome().session->live());
    }
}

TEST_CASE("an interrupt ends the session") {
    Show show("sleep 1000000");
    show.curtain_up();
    show.session->interrupt();
    REQUIRE(show.session->done());
    CHECK_FALSE(show.outcome().ok);
    CHECK(show.console.link.sent_of<control::SessionEnd>().size() == 1);
}

TEST_CASE("a script waits for a screen that is opened anew, but not for ever") {
    Show show("sleep 100\nkey a");
    show.curtain_up();
    show.console.screens.events->screen_closed(1, "end of stream");
    show.after(1'000);
    CHECK(show.stage.keys == 0);
    SECTION("it comes") {
        show.from_hub(control::SessionStream{"1-a", "screen.1.2", "token"});
        show.console.screens.events->screen_showing(1, {640, 480}, show.console.clock.now());
        show.after(100);
        CHECK(show.stage.keys == 2);
    }
    SECTION("it does not come") {
        show.after(15'000);
        show.after(10'000);
        REQUIRE(show.session->done());
        CHECK(show.outcome().error->message == "The screen was closed.");
    }
}

namespace {

control::SessionStatus paused() {
    auto status = Console::status("1-a", SessionState::paused);
    status.away = control::Party::guest;
    status.resume_within_ms = 120'000;
    return status;
}

}  // namespace

TEST_CASE("a script waits while its session is interrupted, and plays on in the next generation") {
    Show show("wait-change 40000\nkey a");
    show.curtain_up();
    SECTION("the guest's connection") { show.from_hub(paused()); }
    SECTION("our own") {
        show.console.interrupt();
        show.session->advance();
        show.after(5'000);
        CHECK_FALSE(show.session->done());
        show.console.come_back({Console::guest(9, "PC-210EB")});
        auto status = paused();
        status.away = control::Party::nobody;
        show.from_hub(status);
    }
    show.after(30'000);
    CHECK_FALSE(show.session->done());
    CHECK(show.stage.keys == 0);
    show.from_hub(control::SessionStream{"1-a", "screen.1.2", "token"});
    show.from_hub(Console::status("1-a", SessionState::streaming));
    show.console.screens.events->screen_showing(1, {640, 480}, show.console.clock.now());
    show.session->advance();
    CHECK(show.stage.keys == 2);  // that the screen came anew is a change
    show.ended(EndReason::operator_);
    CHECK(show.outcome().ok);
}

TEST_CASE("a step waits for a screen that is away no longer than for anything else") {
    Show show("wait-change 20000\nkey a");
    show.curtain_up();
    show.from_hub(paused());
    show.after(19'999);
    CHECK_FALSE(show.console.model.find_session(1)->ending);
    show.after(1);
    CHECK(show.console.model.find_session(1)->ending);
    show.ended(EndReason::operator_);
    REQUIRE(show.session->done());
    CHECK_FALSE(show.outcome().ok);
    CHECK(show.outcome().error->message == "The screen was away for longer than the step waits.");
    CHECK(show.stage.keys == 0);
}

TEST_CASE("a script's report is saved once the hub is back") {
    Show show("key a", "any", true);
    show.curtain_up();
    show.console.interrupt();
    show.session->advance();
    show.ended(EndReason::guest);  // unheard
    show.console.come_back();
    show.ended(EndReason::guest);
    REQUIRE(show.console.link.sent_of<control::ReportSave>().size() == 1);
    show.from_hub(control::ReportSaved{"case of 1-a"}, show.console.link.last());
    CHECK(show.outcome().report_saved);
}

TEST_CASE("a proxy that wants a password fails the script with the options that give it") {
    Show show("end");
    tunnel::LinkFailure failure;
    failure.kind = tunnel::LinkFailure::Kind::proxy_password;
    failure.error = {control::Code::unauthorized, "The proxy wants a password.", {}};
    failure.proxy = "http://proxy.example:3128";
    show.console.link.events->link_failed(failure);
    show.session->advance();
    REQUIRE(show.session->done());
    CHECK(show.outcome().error->remedy.find("--proxy-password-file") != std::string::npos);
}

TEST_CASE("a script does not wait for ever for a hub that should save its report") {
    Show show("key a", "any", true);
    show.curtain_up();
    show.ended(EndReason::guest);
    show.console.interrupt();
    show.session->advance();
    show.after(19'999);
    CHECK_FALSE(show.session->done());
    show.after(1);
    REQUIRE(show.session->done());
    CHECK_FALSE(show.outcome().report_saved);
    CHECK_FALSE(show.outcome().ok);
}
