#include <catch2/catch.hpp>

#include "tests/unit/viewer/model/console_fixture.hpp"
#include "viewer/script/bridged_session.hpp"

using namespace pronto;
using namespace pronto::viewer;
using control::EndReason;
using control::SessionState;
using pronto::viewer::test::Console;

namespace {

/// A bridge by script, its console, and a hub played by the test.
struct Show {
    Console console;
    std::vector<std::string> heard;
    bool offer_is_good = true;
    std::unique_ptr<BridgedSession> session;

    explicit Show(const std::string& guest = "PC-210EB", const std::string& password = {}) {
        BridgeOrder order;
        order.account = {console.hub, {}, "anna", "secret"};
        order.guest = guest;
        order.host_password = password;
        BridgedSession::Events events;
        events.offered = [this](const Session& now, control::Error& problem) {
            heard.push_back("offered " + std::to_string(now.place->port) + ' ' + now.place->pass);
            problem.message = "The disk is full.";
            return offer_is_good;
        };
        events.taken = [this](const Session&) { heard.push_back("taken"); };
        session = std::make_unique<BridgedSession>(order, console.model, console.clock, events);
        session->start();
    }
    void welcome() {
        console.link.events->link_opened(Console::welcome(1));
        session->advance();
    }
    void from_hub(control::Message message, std::optional<std::uint64_t> re = std::nullopt) {
        console.from_hub(std::move(message), re);
        session->advance();
    }
    void arrive(const std::string& running = {}) {
        auto guest = Console::guest(7, "PC-210EB");
        guest.session = running;
        from_hub(control::PresenceChanged{guest, true});
    }
    /// As far as the offer.
    void offer() {
        welcome();
        arrive();
        from_hub(Console::status("1-a", SessionState::asked), console.link.last());
        from_hub(Console::status("1-a", SessionState::granted));
        from_hub(control::SessionStream{"1-a", "screen.1.1", "token"});
        from_hub(Console::status("1-a", SessionState::streaming));
        console.screens.events->screen_offered(1, {5999, "abcdefgh"});
        session->advance();
    }
    void take() {
        console.screens.events->screen_showing(1, {}, console.clock.now());
        session->advance();
    }
    void leave() {
        console.screens.events->viewer_left(1, "The viewer has left.");
        session->advance();
    }
    void ended(EndReason reason, std::optional<control::Code> problem = {}) {
        control::SessionEnded how;
        how.session = "1-a";
        how.reason = reason;
        how.problem = problem;
        from_hub(how);
    }
    std::size_t ends_asked_for() const { return console.link.sent_of<control::SessionEnd>().size(); }
    const ScriptOutcome& outcome() const { return session->outcome(); }
};

}  // namespace

TEST_CASE("a bridge is offered, taken and over with its viewer") {
    Show show;
    show.offer();
    CHECK(show.console.link.sent_of<control::SessionRequest>().size() == 1);
    CHECK(show.heard == std::vector<std::string>{"offered 5999 abcdefgh"});
    show.take();
    CHECK(show.heard.back() == "taken");
    show.leave();
    CHECK(show.ends_asked_for() == 1);
    CHECK_FALSE(show.session->done());
    show.ended(EndReason::operator_);
    REQUIRE(show.session->done());
    CHECK(show.outcome().ok);
    CHECK(show.outcome().session->id == "1-a");
    CHECK(show.console.link.events == nullptr);
}

TEST_CASE("a guest who is being helped is joined") {
    Show show;
    show.welcome();
    show.arrive("1-a");
    CHECK(show.console.link.sent_of<control::SessionRequest>().empty());
    CHECK(show.console.link.sent_of<control::SessionJoin>().size() == 1);
    CHECK(show.console.model.find_session(1)->seen_in == SeenIn::other_viewer);
}

TEST_CASE("a VNC server's password goes along, and its lack says which option helps") {
    Show show("PC-210EB", "server secret");
    show.welcome();
    show.arrive();
    REQUIRE(show.console.link.sent_of<control::SessionRequest>().size() == 1);
    CHECK(show.console.link.sent_of<control::SessionRequest>()[0].password == "server secret");
    show.from_hub(Console::status("1-a", SessionState::asked), show.console.link.last());
    show.ended(EndReason::refused, control::Code::wrong_password);
    REQUIRE(show.session->done());
    CHECK(show.outcome().error->code == control::Code::wrong_password);
    CHECK(show.outcome().error->remedy.find("--host-password-file") != std::string::npos);
}

TEST_CASE("whoever does not come, agree or stay fails the bridge") {
    Show show;
    SECTION("nobody comes") {
        show.welcome();
        CHECK(show.session->wake_at() == show.console.clock.now() + Millis(10'000));
        show.console.clock.advance(Millis(10'000));
        show.session->advance();
        REQUIRE(show.session->done());
        CHECK(show.outcome().error->message == "PC-210EB is not online.");
    }
    SECTION("the guest says no") {
        show.welcome();
        show.arrive();
        show.from_hub(Console::status("1-a", SessionState::asked), show.console.link.last());
        show.ended(EndReason::refused);
    }
    SECTION("the connection breaks while a viewer is there") {
        show.offer();
        show.take();
        show.ended(EndReason::drop);
    }
    SECTION("the guest ends it before a viewer has come") {
        show.offer();
        show.ended(EndReason::guest);
    }
    SECTION("the hub is lost") {
        show.offer();
        show.console.lose();
        show.session->advance();
    }
    REQUIRE(show.session->done());
    CHECK_FALSE(show.outcome().ok);
    CHECK(show.outcome().error);
}

TEST_CASE("a guest who ends a session that was seen fails nothing") {
    Show show;
    show.offer();
    show.take();
    show.ended(EndReason::guest);
    REQUIRE(show.session->done());
    CHECK(show.outcome().ok);
}

TEST_CASE("told to stop, it ends the session and waits for the hub's answer, but not for ever") {
    Show show;
    SECTION("while it waits for a viewer: that is how it is meant") {
        show.offer();
        show.session->interrupt();
        show.session->interrupt();
        CHECK(show.ends_asked_for() == 1);
        show.ended(EndReason::operator_);
        CHECK(show.outcome().ok);
    }
    SECTION("while the guest is asked") {
        show.welcome();
        show.arrive();
        show.from_hub(Console::status("1-a", SessionState::asked), show.console.link.last());
        show.session->interrupt();
        show.ended(EndReason::operator_);
        CHECK_FALSE(show.outcome().ok);
    }
    SECTION("before there is anybody") {
        show.welcome();
        show.session->interrupt();
        CHECK_FALSE(show.outcome().ok);
    }
    SECTION("and the hub says nothing") {
        show.offer();
        show.session->interrupt();
        show.console.clock.advance(Millis(10'000));
        show.session->advance();
        CHECK_FALSE(show.outcome().ok);
    }
    CHECK(show.session->done());
}

TEST_CASE("an offer that cannot be told ends the session with the reason") {
    Show show;
    show.offer_is_good = false;
    show.offer();
    CHECK(show.ends_asked_for() == 1);
    show.ended(EndReason::operator_);
    REQUIRE(show.session->done());
    CHECK(show.outcome().error->message == "The disk is full.");
}

TEST_CASE("a bridge ends with the connection to the hub, tells the hub when it is back, and says why") {
    Show show;
    show.offer();
    show.console.interrupt();
    show.session->advance();
    CHECK_FALSE(show.console.model.find_session(1)->live());
    REQUIRE_FALSE(show.session->done());  // its guest would wait for it
    CHECK(show.session->wake_at() == show.console.clock.now() + Millis(135'000));
    SECTION("the hub is back and says that the session goes on") {
        show.console.clock.advance(Millis(60'000));
        show.console.come_back();
        show.session->advance();
        CHECK_FALSE(show.session->done());
        show.from_hub(Console::status("1-a", SessionState::paused));
        CHECK(show.ends_asked_for() == 1);
    }
    SECTION("the hub is back and does not know the session") {
        show.console.come_back();
        show.session->advance();
        CHECK(show.session->wake_at() == show.console.clock.now() + Millis(10'000));
        show.console.clock.advance(Millis(10'000));
        show.session->advance();
    }
    SECTION("the hub does not come back") {
        show.console.clock.advance(Millis(135'000));
        show.session->advance();
    }
    SECTION("the log-in is over") {
        show.console.lose();
        show.session->advance();
    }
    SECTION("it is told to stop") { show.session->interrupt(); }
    REQUIRE(show.session->done());
    CHECK_FALSE(show.session->outcome().ok);
    CHECK(show.session->outcome().error->message.find("another VNC viewer cannot follow") != std::string::npos);
}
