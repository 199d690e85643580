#include "agent/model/agent_model.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/unit/agent/fake_agent.hpp"

using namespace pronto;
using namespace pronto::agent;
using pronto::agent::test::Agent;
using namespace std::chrono_literals;

namespace {

bool is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }

}  // namespace

TEST_CASE("what is no ticket is said so, without dialling") {
    Agent it;
    it.model.connect({"hub.example", 443}, {}, "hello");
    CHECK(it.phase() == Phase::idle);
    REQUIRE(it.state().notice);
    CHECK(it.state().notice->remedy.find("1-E75B1") != std::string::npos);
    CHECK(it.link == nullptr);
}

TEST_CASE("a ticket brings the guest online under its name") {
    Agent it;
    it.model.connect({"hub.example", 443}, {}, "1 e75b1");
    CHECK(it.phase() == Phase::connecting);
    CHECK(it.hello->ticket == "1-E75B1");
    CHECK(it.hello->role == control::Role::guest);
    CHECK_FALSE(it.hello->software.empty());
    control::Welcome welcome;
    welcome.name = "NETCECK-E75B1";
    it.link->events.opened(welcome);
    CHECK(it.phase() == Phase::waiting);
    CHECK(it.state().name == "NETCECK-E75B1");
}

TEST_CASE("the question names who asks, for what, and how long it is kept") {
    Agent it;
    it.connect();
    it.ask(control::Mode::view);
    CHECK(it.phase() == Phase::asked);
    CHECK(it.state().operator_name == "maria");
    CHECK(it.state().mode == control::Mode::view);
    CHECK(it.state().recorded);
    CHECK(it.state().retention_days == 30);
    CHECK(it.model.next_deadline() == it.clock.now() + 20s);
    CHECK(it.log.sent.empty());
}

TEST_CASE("a yes shares the screen in the mode that was asked for") {
    Agent it;
    it.share(control::Mode::view);
    CHECK(it.phase() == Phase::shared);
    CHECK(it.log.order == std::vector<std::string>{"session.answer", "open screen.1.1", "show"});
    CHECK(it.log.all<control::SessionAnswer>().at(0) == control::SessionAnswer{"1-s", true});
    CHECK(it.screen->shown.at(1) == control::Mode::view);
    CHECK(it.state().since == it.clock.unix_now());
    it.hear(control::SessionStatus{"1-s", "1-a", control::SessionState::streaming, control::Mode::control, "maria", "g", true});
    CHECK(it.state().mode == control::Mode::view);
}

TEST_CASE("a no shares nothing and leaves the guest online") {
    Agent it;
    it.connect();
    it.ask();
    it.model.answer(false);
    CHECK(it.log.all<control::SessionAnswer>().at(0) == control::SessionAnswer{"1-s", false});
    CHECK(it.phase() == Phase::waiting);
    CHECK(it.state().last->reason == control::EndReason::refused);
    it.hear(control::SessionStream{"1-s", "screen.1.1", "token"});
    CHECK_FALSE(it.link->ready);
    it.hear(control::SessionEnded{"1-s", "1-a", control::EndReason::refused, "", 0, 0, 0, false});
    CHECK(it.state().sessions_ended == 1);
}

TEST_CASE("the countdown's end means no") {
    Agent it;
    it.connect();
    it.ask();
    it.clock.advance(19'999ms);
    it.model.tick();
    CHECK(it.phase() == Phase::asked);
    it.clock.advance(1ms);
    it.model.tick();
    CHECK(it.phase() == Phase::waiting);
    CHECK(it.state().last->reason == control::EndReason::timed_out);
    it.model.answer(true);      // too late
    CHECK(it.log.sent.empty());  // the hub ends it by its own clock, and says "timed out"
    CHECK_FALSE(it.model.next_deadline());
}

TEST_CASE("a question that could not be read in time, or would stand for ever, has a time that can") {
    Agent it;
    it.connect();
    it.hear(control::SessionAsk{"1-s", "maria", control::Mode::view, true, 30, -5});
    CHECK(it.model.next_deadline() == it.clock.now() + 1s);
    it.model.answer(false);
    it.hear(control::SessionAsk{"1-t", "maria", control::Mode::view, true, 30, INT64_MAX});
    CHECK(it.model.next_deadline() == it.clock.now() + 10min);
}

TEST_CASE("a second question during a session is refused, and the session goes on") {
    Agent it;
    it.share();
    it.hear(control::SessionAsk{"1-t", "otto", control::Mode::control, false, 0, 30'000});
    CHECK(it.log.all<control::SessionAnswer>().back() == control::SessionAnswer{"1-t", false});
    CHECK(it.phase() == Phase::shared);
    CHECK(it.state().operator_name == "maria");
}

TEST_CASE("the end button cuts the screen at once, and the hub hears that it was no accident") {
    Agent it;
    it.share();
    it.clock.advance(90s);
    it.model.end();
    CHECK(it.phase() == Phase::waiting);
    CHECK(it.state().last->duration_ms == 90'000);
    CHECK(it.log.order == std::vector<std::string>{"session.answer", "open screen.1.1", "show", "session.end", "cut"});
    it.hear(control::SessionEnded{"1-s", "1-a", control::EndReason::guest, "", 90'000, 0, 0, false});
    CHECK(it.state().sessions_ended == 1);
}

TEST_CASE("a stream that arrives after the end is closed, not shown") {
    Agent it;
    it.connect();
    it.ask();
    it.model.answer(true);
    it.hear(control::SessionStream{"1-s", "screen.1.1", "token"});
    const auto ready = it.link->ready;
    it.model.end();
    const int fd = Agent::descriptor();
    ready(fd);
    CHECK_FALSE(is_open(fd));
    CHECK(it.screen->shown.empty());
}

TEST_CASE("the operator's end is told in words and leaves the guest online") {
    Agent it;
    it.share();
    it.hear(control::SessionEnded{"1-other", "1-a", control::EndReason::operator_, "", 5, 0, 0, false});
    CHECK(it.phase() == Phase::shared);
    it.hear(control::SessionEnded{"1-s", "1-a", control::EndReason::operator_, "", 5, 0, 0, false});
    CHECK(it.phase() == Phase::waiting);
    CHECK(it.screen->shown.empty());
    CHECK(it.state().notice->message == "maria has ended the session.");
    CHECK_FALSE(it.state().notice->problem);
    it.ask();
    CHECK(it.phase() == Phase::asked);
}

TEST_CASE("without a screen the ticket is not used up") {
    Agent it;
    it.screen->refuses = "The X display :7 cannot be opened.";
    it.model.connect({"hub.example", 443}, {}, "1-E75B1");
    CHECK(it.phase() == Phase::idle);
    CHECK_FALSE(it.hello);
    CHECK(it.state().notice->message == "The X display :7 cannot be opened.");
    it.screen->refuses.clear();
    it.connect();
    CHECK(it.phase() == Phase::waiting);
    CHECK_FALSE(it.state().notice);
}

TEST_CASE("a screen that goes away is told to the operator, and the guest leaves") {
    Agent it;
    SECTION("waiting") {
        it.connect();
        it.screen->events.gone("the X display has gone");
        CHECK(it.log.sent.empty());
    }
    SECTION("asked") {
        it.connect();
        it.ask();
        it.screen->events.gone("the X display has gone");
        CHECK_THAT(it.log.all<control::SessionEnd>().at(0).message, Catch::Contains("the X display has gone"));
    }
    SECTION("shared") {
        it.share();
        it.screen->events.lost("the X display has gone");
        it.screen->events.gone("the X display has gone");
        CHECK(it.log.all<control::SessionEnd>().size() == 1);
        CHECK_THAT(it.log.all<control::SessionEnd>().at(0).message, Catch::Contains("the X display has gone"));
    }
    CHECK(it.phase() == Phase::idle);
    CHECK(it.link == nullptr);
    CHECK_FALSE(it.screen->opened);
    CHECK_THAT(it.state().notice->remedy, Catch::Contains("new ticket"));
}

TEST_CASE("a hub that stops is no lost connection") {
    Agent it;
    it.share();
    SECTION("with everything said") {
        it.hear(control::SessionEnded{"1-s", "1-a", control::EndReason::hub_stopped, "", 5, 0, 0, false});
        it.hear(control::HubStopping{});
    }
    SECTION("cut short") { it.hear(control::HubStopping{}); }
    it.fail(tunnel::LinkFailure::Kind::lost);
    CHECK(it.state().last->reason == control::EndReason::hub_stopped);
    CHECK(it.state().sessions_ended == 1);
    CHECK(it.state().notice->message == "The hub was stopped.");
}

TEST_CASE("a refusal without words is not shown as nothing") {
    Agent it;
    it.model.connect({"hub.example", 443}, {}, "1-E75B1");
    tunnel::LinkFailure failure;
    failure.kind = tunnel::LinkFailure::Kind::refused;
    const auto events = it.link->events;
    events.failed(failure);
    CHECK(it.state().notice->message == "The hub refused, and did not say why.");
}

TEST_CASE("nobody is told that the guest waits while it is leaving") {
    Agent it;
    it.share();
    std::vector<Phase> seen;
    it.changed = [&](const AgentState& state) { seen.push_back(state.phase); };
    SECTION("on its own") { it.model.disconnect(); }
    SECTION("cut") { it.fail(tunnel::LinkFailure::Kind::lost); }
    CHECK(seen == std::vector{Phase::idle});
    CHECK(it.state().sessions_ended == 1);
}

TEST_CASE("copied text that is too long is said in passing, and not sent") {
    Agent it;
    it.share();
    SECTION("as it is") { it.screen->events.copied_too_much(); }
    SECTION("once it is quoted") { it.screen->events.copied(std::string(40 * 1024, '"')); }
    CHECK(it.log.all<control::Clipboard>().empty());
    CHECK_THAT(it.state().hint, Catch::Contains("too long"));
    CHECK(it.model.next_deadline() == it.clock.now() + 10s);
    it.clock.advance(10s);
    it.model.tick();
    CHECK(it.state().hint.empty());
    CHECK_FALSE(it.model.next_deadline());
    CHECK(it.phase() == Phase::shared);
}

TEST_CASE("a screen that cannot be shared ends the session with the reason") {
    Agent it;
    it.connect();
    it.screen->refuses = "16-bit colours";
    it.ask();
    it.model.answer(true);
    it.hear(control::SessionStream{"1-s", "screen.1.1", "token"});
    it.link->ready(Agent::descriptor());
    CHECK(it.phase() == Phase::waiting);
    CHECK(it.log.all<control::SessionEnd>().size() == 1);
    CHECK(it.state().notice->message.find("16-bit colours") != std::string::npos);
}

TEST_CASE("a stream that cannot be dialled, or a screen that is lost, ends the session") {
    Agent it;
    it.connect();
    it.ask();
    it.model.answer(true);
    it.hear(control::SessionStream{"1-s", "screen.1.1", "token"});
    SECTION("stream") {
        tunnel::LinkFailure failure;
        failure.error.message = "The proxy said no.";
        it.link->stream_failed(failure);
        CHECK(it.state().notice->message == "The proxy said no.");
    }
    SECTION("screen") {
        it.link->ready(Agent::descriptor());
        it.screen->events.lost("the X display has gone");
        CHECK(it.state().notice->message.find("the X display has gone") != std::string::npos);
    }
    CHECK(it.log.all<control::SessionEnd>().size() == 1);
    CHECK(it.phase() == Phase::waiting);
    CHECK(it.state().last->reason == control::EndReason::drop);
}

TEST_CASE("a lost connection cuts the screen at once") {
    Agent it;
    it.share();
    it.fail(tunnel::LinkFailure::Kind::lost);
    CHECK(it.phase() == Phase::idle);
    CHECK(it.screen->shown.empty());
    CHECK(it.state().last->reason == control::EndReason::drop);
    CHECK(it.state().notice->message == "It did not work.");
    CHECK_THAT(it.state().notice->remedy, Catch::Contains("new ticket"));
    CHECK(it.link == nullptr);
}

TEST_CASE("the clipboard goes both ways in a session with control, and nowhere else") {
    Agent it;
    SECTION("control") {
        it.share();
        it.hear(control::Clipboard{"1-s", "from the operator"});
        it.hear(control::Clipboard{"1-other", "from another session"});
        it.screen->events.copied("from the guest");
        CHECK(it.screen->clipboard == std::vector<std::string>{"from the operator"});
        CHECK(it.log.all<control::Clipboard>().at(0) == control::Clipboard{"1-s", "from the guest"});
        it.model.end();
    }
    SECTION("view") { it.share(control::Mode::view); }
    const auto before = it.log.all<control::Clipboard>().size();
    it.hear(control::Clipboard{"1-s", "too late"});
    it.screen->events.copied("private");
    CHECK(it.log.all<control::Clipboard>().size() == before);
    CHECK(it.screen->clipboard.size() == before);
}

TEST_CASE("an unknown hub is trusted only when the user says so, and then remembered") {
    Agent it;
    it.model.connect({"hub.example", 443}, {}, "1-E75B1");
    CHECK(it.trusted->pins.empty());
    it.fail(tunnel::LinkFailure::Kind::untrusted);
    CHECK(it.phase() == Phase::untrusted);
    CHECK_FALSE(it.state().untrusted->mismatch);
    CHECK(it.state().untrusted->fingerprint == tunnel::to_text(Agent::key()));
    CHECK(std::count(it.state().untrusted->words.begin(), it.state().untrusted->words.end(), '-') == 7);
    it.model.trust_and_remember();
    CHECK(it.phase() == Phase::connecting);
    CHECK(it.trusted->pins == std::vector{Agent::key()});
    it.model.connect({"hub.example", 443}, {}, "1-E75B1");
    CHECK(it.trusted->pins == std::vector{Agent::key()});
    it.model.connect({"other.example", 443}, {}, "1-E75B1");
    CHECK(it.trusted->pins.empty());
}

TEST_CASE("a hub with another key than expected is refused and explained, whatever the user says") {
    Agent it;
    it.model.connect({"hub.example", 443}, {{tunnel::Pin{}}}, "1-E75B1");
    it.fail(tunnel::LinkFailure::Kind::untrusted, true);
    CHECK(it.phase() == Phase::untrusted);
    CHECK(it.state().untrusted->mismatch);
    REQUIRE(it.state().notice);
    CHECK(it.state().notice->message.find("another key") != std::string::npos);
    it.model.trust_and_remember();
    CHECK(it.phase() == Phase::untrusted);
    CHECK(it.known.pins_of({"hub.example", 443}).empty());
}

TEST_CASE("going away ends the session and hears nothing more") {
    Agent it;
    it.share();
    it.model.disconnect();
    CHECK(it.phase() == Phase::idle);
    CHECK(it.log.all<control::SessionEnd>().size() == 1);
    CHECK(it.link == nullptr);
    CHECK(it.state().name.empty());
}

TEST_CASE("a guest pauses the recording where the hub allows it") {
    for (const bool allowed : {true, false}) {
        Agent it;
        it.policy.guest_may_pause = allowed;
        it.share();
        CHECK(it.state().may_pause == allowed);
        it.model.pause_recording(true);
        const auto sent = it.log.all<control::RecordingPause>();
        CHECK(sent.size() == (allowed ? 1 : 0));
        if (allowed) CHECK(sent.at(0) == control::RecordingPause{"1-s", true});
    }
}

TEST_CASE("whether the recording is paused is the hub's to say, and ends with the session") {
    Agent it;
    it.share();
    control::SessionStatus status{"1-s",  "1-a", control::SessionState::streaming, control::Mode::control, "maria", "g", true,
                                  control::Party::operator_};
    it.hear(status);
    CHECK(it.state().paused_by == control::Party::operator_);
    it.hear(control::SessionEnded{"1-s", "1-a", control::EndReason::operator_, "", 1, 0, 0, true});
    it.ask();
    CHECK(it.state().paused_by == control::Party::nobody);
}

TEST_CASE("a stream of the next generation is shown beside the one that is being closed") {
    Agent it;
    it.share();
    it.hear(control::SessionStream{"1-s", "screen.1.2", "token"});
    CHECK(it.log.order.back() == "open screen.1.2");
    CHECK(it.phase() == Phase::shared);
}
