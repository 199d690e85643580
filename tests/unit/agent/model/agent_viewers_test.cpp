#include <fcntl.h>

#include <catch2/catch.hpp>

#include "tests/unit/agent/fake_agent.hpp"

using namespace pronto;
using namespace pronto::agent;
using control::Mode;
using pronto::agent::test::Agent;
using namespace std::chrono_literals;
using Order = std::vector<std::string>;

namespace {

control::SessionAnswer answer(bool granted, int leg) {
    return {"1-s", granted, leg};
}

const control::SessionViewer maria{1, "maria", Mode::control}, bert{2, "bert", Mode::view};

/// Everything after what share() did.
Order since_shared(const Agent& it) {
    return {it.log.order.begin() + 3, it.log.order.end()};
}

/// A session with maria (control) that bert joined with a look.
struct Joined : Agent {
    Joined() {
        share();
        ask_to_join(2, "bert");
        model.answer_join(2, true);
        stream("screen.2.1");
        link->ready(descriptor());
        tell_viewers({{1, "maria", Mode::control}, {2, "bert", Mode::view}});
    }
};

}  // namespace

TEST_CASE("one who wants to join is asked about while the session goes on") {
    Agent it;
    it.share();
    it.ask_to_join(2, "bert", Mode::control);
    CHECK(it.phase() == Phase::shared);
    CHECK(it.state().operator_name == "maria");
    REQUIRE(it.state().joining);
    CHECK(it.state().joining->operator_name == "bert");
    CHECK(it.state().joining->mode == Mode::control);
    CHECK(it.model.next_deadline() == it.clock.now() + 20s);
    CHECK(since_shared(it).empty());
}

TEST_CASE("a yes lets the other see the screen, too, in the mode that was asked for") {
    Joined it;
    CHECK(since_shared(it) == Order{"session.answer", "open screen.2.1", "show 2"});
    CHECK(it.log.all<control::SessionAnswer>().back() == answer(true, 2));
    CHECK(it.screen->shown == std::map<int, Mode>{{1, Mode::control}, {2, Mode::view}});
    CHECK_FALSE(it.state().joining);
    CHECK(it.state().viewers ==
          std::vector<control::SessionViewer>{{1, "maria", Mode::control}, {2, "bert", Mode::view}});
    CHECK(it.state().mode == Mode::control);
}

TEST_CASE("a no is that leg's alone, and its stream would not be opened") {
    Agent it;
    it.share();
    it.ask_to_join(2, "bert");
    it.model.answer_join(2, false);
    CHECK(it.log.all<control::SessionAnswer>().back() == answer(false, 2));
    it.stream("screen.2.1");
    CHECK(since_shared(it) == Order{"session.answer"});
    CHECK(it.phase() == Phase::shared);
    CHECK(it.state().sessions_ended == 0);
}

TEST_CASE("the end of a joining question's time means no, said by the hub's clock") {
    Agent it;
    it.share();
    it.ask_to_join(2, "bert");
    it.clock.advance(19'999ms);
    it.model.tick();
    CHECK(it.state().joining);
    it.clock.advance(1ms);
    it.model.tick();
    CHECK_FALSE(it.state().joining);
    it.model.answer_join(2, true);  // too late
    CHECK(since_shared(it).empty());
    CHECK_FALSE(it.model.next_deadline());
    CHECK(it.phase() == Phase::shared);
}

TEST_CASE("a joining question stays while the hub says that it is asked") {
    Agent it;
    it.share();
    it.tell_viewers({maria});  // said before the question, and heard before it
    it.ask_to_join(2, "bert");
    SECTION("as asking") {
        it.tell_viewers({maria}, {bert});
        it.tell_viewers({maria}, {bert, {3, "carla", Mode::view}});
    }
    SECTION("as one who is in") {
        it.tell_viewers({maria, bert});
    }
    REQUIRE(it.state().joining);
    CHECK(it.state().joining->leg == 2);
}

TEST_CASE("a joining question that the hub names no more is over, and a click that comes then says nothing") {
    Agent it;
    it.share();
    it.ask_to_join(2, "bert");
    SECTION("never named") {}
    SECTION("named before") {
        it.tell_viewers({maria}, {bert});
    }
    const int changes = it.changes;
    it.tell_viewers({maria});
    CHECK_FALSE(it.state().joining);
    CHECK_FALSE(it.model.next_deadline());
    CHECK(it.changes > changes);
    it.model.answer_join(2, true);
    CHECK(since_shared(it).empty());
    CHECK(it.state().viewers == std::vector{maria});
    CHECK(it.phase() == Phase::shared);
}

TEST_CASE("only the question that is over goes, wherever it waits") {
    Agent it;
    it.share();
    it.ask_to_join(2, "bert");
    it.ask_to_join(3, "carla");
    const control::SessionViewer carla{3, "carla", Mode::view};
    SECTION("the one that is shown") {
        it.tell_viewers({maria}, {carla});
        CHECK(it.state().joining->leg == 3);
    }
    SECTION("one behind it") {
        it.tell_viewers({maria}, {bert});
        CHECK(it.state().joining->leg == 2);
        it.model.answer_join(2, false);
        CHECK_FALSE(it.state().joining);
    }
}

TEST_CASE("a state of another session ends no question") {
    Agent it;
    it.share();
    it.ask_to_join(2, "bert");
    it.hear(control::SessionStatus{"1-t", "1-a", control::SessionState::streaming, Mode::control, "maria", "g", true});
    CHECK(it.state().joining);
}

TEST_CASE("one who was let in is there while the hub has not heard of it, and stays when it has") {
    Agent it;
    it.share();
    it.ask_to_join(2, "bert");
    it.tell_viewers({maria}, {bert});
    it.model.answer_join(2, true);
    SECTION("a state from before the answer comes first") {
        it.tell_viewers({maria}, {bert});
        CHECK(it.state().viewers == std::vector{maria, bert});
        it.tell_viewers({maria, bert});
    }
    SECTION("the answer's own comes first") {
        it.tell_viewers({maria, bert});
    }
    it.stream("screen.2.1");
    it.link->ready(Agent::descriptor());
    CHECK(it.state().viewers == std::vector{maria, bert});
    CHECK(it.screen->shown == std::map<int, Mode>{{1, Mode::control}, {2, Mode::view}});
}

TEST_CASE("one who had gone when the yes came is not shown as there") {
    Agent it;
    it.share();
    it.ask_to_join(2, "bert");
    it.model.answer_join(2, true);
    SECTION("the state crosses the answer") {}
    SECTION("a state from before they went comes first") {
        it.tell_viewers({maria}, {bert});
    }
    SECTION("their stream is on its way") {
        it.stream("screen.2.1");
    }
    const int changes = it.changes;
    it.tell_viewers({maria});
    CHECK(it.changes > changes);
    CHECK(it.state().viewers == std::vector{maria});
    if (it.log.order.back() == "open screen.2.1") it.link->ready(Agent::descriptor());
    CHECK(it.screen->shown == std::map<int, Mode>{{1, Mode::control}});
    CHECK(it.phase() == Phase::shared);
}

TEST_CASE("several who want to join are asked about one after the other, each with a time of its own") {
    Agent it;
    it.share();
    it.ask_to_join(2, "bert");
    it.clock.advance(5s);
    it.ask_to_join(3, "carla");
    CHECK(it.state().joining->leg == 2);
    it.model.answer_join(3, true);  // not the question that is shown
    CHECK(since_shared(it).empty());
    it.clock.advance(15s);
    it.model.tick();
    CHECK(it.state().joining->leg == 3);
    it.model.answer_join(3, true);
    CHECK(it.log.all<control::SessionAnswer>().back() == answer(true, 3));
    CHECK_FALSE(it.state().joining);
}

TEST_CASE("a hub that asks without end is refused") {
    Agent it;
    it.share();
    for (int leg = 2; leg < 40; ++leg) it.ask_to_join(leg, "bert");
    CHECK(it.log.all<control::SessionAnswer>().back() == answer(false, 39));
    for (int i = 0; it.state().joining; ++i) {
        REQUIRE(i < 16);
        it.model.answer_join(it.state().joining->leg, false);
    }
}

TEST_CASE("who wants to join a session that does not run is refused") {
    Agent it;
    it.connect();
    SECTION("waiting") {}
    SECTION("asked") {
        it.ask();
    }
    it.ask_to_join(2, "bert");
    CHECK(it.log.all<control::SessionAnswer>() == std::vector{answer(false, 2)});
    CHECK_FALSE(it.state().joining);
}

TEST_CASE("an operator who was let in before is not asked about, and gets no more than then") {
    Joined it;
    it.tell_viewers({{1, "maria", Mode::control},
                     {2, "bert", Mode::view},
                     {3, "bert", Mode::control},
                     {4, "maria", Mode::control}});
    it.stream("screen.3.1");
    it.link->ready(Agent::descriptor());
    it.stream("screen.4.1");
    it.link->ready(Agent::descriptor());
    CHECK(it.screen->shown.at(3) == Mode::view);
    CHECK(it.screen->shown.at(4) == Mode::control);
}

TEST_CASE("the stream of a leg whose operator the hub has not named waits for the name") {
    Joined it;
    it.stream("screen.3.1");
    CHECK(since_shared(it).size() == 3);
    SECTION("of one who was let in") {
        it.tell_viewers({{1, "maria", Mode::control}, {2, "bert", Mode::view}, {3, "maria", Mode::control}});
        CHECK(it.log.order.back() == "open screen.3.1");
        it.tell_viewers({{1, "maria", Mode::control}, {2, "bert", Mode::view}, {3, "maria", Mode::control}});
        CHECK(since_shared(it).size() == 4);
    }
    SECTION("of a stranger") {
        it.tell_viewers({{1, "maria", Mode::control}, {2, "bert", Mode::view}, {3, "otto", Mode::view}});
        CHECK(since_shared(it).size() == 3);
        CHECK(it.state().viewers.size() == 2);
    }
}

TEST_CASE("a leg that leaves is cut alone") {
    Joined it;
    it.tell_viewers({{1, "maria", Mode::control}});
    CHECK(it.screen->shown == std::map<int, Mode>{{1, Mode::control}});
    CHECK(it.state().viewers.size() == 1);
    CHECK(it.phase() == Phase::shared);
}

TEST_CASE("a leg that left while its stream was on its way is not shown") {
    Agent it;
    it.share();
    it.ask_to_join(2, "bert");
    it.model.answer_join(2, true);
    it.stream("screen.2.1");
    it.tell_viewers({{1, "maria", Mode::control}, {2, "bert", Mode::view}});
    it.tell_viewers({{1, "maria", Mode::control}});
    const int fd = Agent::descriptor();
    it.link->ready(fd);
    CHECK(fcntl(fd, F_GETFD) < 0);
    CHECK(it.screen->shown.size() == 1);
}

TEST_CASE("a leg whose screen is lost does not end the others; the first one's ends the session") {
    Joined it;
    SECTION("one who joined") {
        it.screen->events.leg_lost(2, "The VNC server is full.", "Look at its log.");
        CHECK(it.screen->shown == std::map<int, Mode>{{1, Mode::control}});
        CHECK(it.state().hint == "Bert cannot see the screen. The VNC server is full. Look at its log.");
        CHECK(it.phase() == Phase::shared);
    }
    SECTION("one whose stream cannot be opened") {
        it.stream("screen.2.2");
        it.link->stream_failed({});
        CHECK(it.phase() == Phase::shared);
        CHECK(it.log.all<control::SessionEnd>().empty());
    }
    SECTION("one whose screen cannot be started") {
        it.stream("screen.2.2");
        it.screen->refuses = "no more";
        it.link->ready(Agent::descriptor());
        CHECK(it.phase() == Phase::shared);
        CHECK_THAT(it.state().hint, Catch::Contains("no more"));
    }
    SECTION("the first") {
        it.screen->events.leg_lost(1, "The VNC server has gone.", "Start it.");
        CHECK(it.log.all<control::SessionEnd>().at(0) == control::SessionEnd{"1-s", "The VNC server has gone."});
        CHECK(it.screen->shown.empty());
        CHECK(it.phase() == Phase::waiting);
        CHECK(it.state().notice->remedy == "Start it.");
        it.ask();
        CHECK(it.phase() == Phase::asked);
    }
}

TEST_CASE("a new generation takes the place of its own leg only") {
    Joined it;
    it.stream("screen.2.2");
    it.link->ready(Agent::descriptor());
    CHECK(since_shared(it) == Order{"session.answer", "open screen.2.1", "show 2", "open screen.2.2", "show 2"});
    CHECK(it.screen->shown == std::map<int, Mode>{{1, Mode::control}, {2, Mode::view}});
    it.stream("screen.1.2");
    it.link->ready(Agent::descriptor());
    CHECK(it.log.order.back() == "show");
    CHECK(it.screen->shown.at(1) == Mode::control);
}

TEST_CASE("the session's end is everybody's, and what was agreed to ends with it") {
    Joined it;
    it.ask_to_join(3, "carla");
    SECTION("by the hub") {
        it.hear(control::SessionEnded{"1-s", "1-a", control::EndReason::operator_, "", 5, 0, 0, false});
    }
    SECTION("here") {
        it.model.end();
    }
    CHECK(it.screen->shown.empty());
    CHECK(it.state().viewers.empty());
    CHECK_FALSE(it.state().joining);
    CHECK_FALSE(it.model.next_deadline());
    it.ask();
    it.model.answer(true);
    it.tell_viewers({{1, "maria", Mode::control}, {2, "bert", Mode::view}});
    it.stream("screen.2.1");
    CHECK(it.log.order.back() == "session.answer");
}

TEST_CASE("text comes from whoever controls, and goes only where the first operator does") {
    Agent it;
    it.share(Mode::view);
    it.ask_to_join(2, "bert", Mode::control);
    it.hear(control::Clipboard{"1-s", "too early"});
    it.model.answer_join(2, true);
    it.hear(control::Clipboard{"1-s", "from bert"});
    it.screen->events.copied("private");
    CHECK(it.screen->clipboard == std::vector<std::string>{"from bert"});
    CHECK(it.log.all<control::Clipboard>().empty());
}

TEST_CASE("the hub is told what is shared, where that is not this computer's screen") {
    ManualClock clock;
    test::Log log;
    test::FakeLink* link = nullptr;
    std::optional<control::Hello> hello;
    AgentModel model{{&clock,
                      [&](Call call, Link::Events events) {
                          hello = std::move(call.hello);
                          return std::unique_ptr<Link>(new test::FakeLink(log, link, std::move(events)));
                      },
                      [&](Screen::Events events) { return std::make_unique<test::FakeScreen>(log, std::move(events)); },
                      nullptr, "VNC server 127.0.0.1:5901"},
                     [](const AgentState&) {}};
    model.connect({"hub.example", 443}, {}, "1-E75B1");
    CHECK(hello->system == "VNC server 127.0.0.1:5901");
}
