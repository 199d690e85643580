#include "repeater/hub/session_machine.hpp"

#include <map>
#include <vector>

#include <catch2/catch.hpp>

using namespace pronto::hub;
using pronto::control::EndReason;
using pronto::control::SessionState;
using Event = SessionEvent;
using State = SessionState;

namespace {

const std::vector<Event> all_events{Event::ask,        Event::grant,    Event::refuse,       Event::consent_timeout,
                                    Event::join,       Event::lose_leg, Event::legs_timeout, Event::operator_ends,
                                    Event::guest_ends, Event::drop,     Event::hub_stops,    Event::reopen};

const std::map<State, std::vector<Event>> ways_to{
    {State::requested, {}},
    {State::asked, {Event::ask}},
    {State::granted, {Event::ask, Event::grant}},
    {State::streaming, {Event::ask, Event::grant, Event::join}},
    {State::paused, {Event::ask, Event::grant, Event::join, Event::lose_leg}},
    {State::ended, {Event::operator_ends}},
};

struct Outcome {
    State to;
    std::optional<EndReason> reason = std::nullopt;
};

/// What must happen; what is not here must not.
std::optional<Outcome> expected(State from, Event event) {
    if (from == State::ended) return std::nullopt;
    switch (event) {
        case Event::operator_ends:
            return Outcome{State::ended, EndReason::operator_};
        case Event::guest_ends:
            return Outcome{State::ended, EndReason::guest};
        case Event::drop:
            return Outcome{State::ended, EndReason::drop};
        case Event::hub_stops:
            return Outcome{State::ended, EndReason::hub_stopped};
        default:
            break;
    }
    if (from == State::requested && event == Event::ask) return Outcome{State::asked};
    if (from == State::asked && event == Event::grant) return Outcome{State::granted};
    if (from == State::asked && event == Event::refuse) return Outcome{State::ended, EndReason::refused};
    if (from == State::asked && event == Event::consent_timeout) return Outcome{State::ended, EndReason::timed_out};
    const bool awaits_legs = from == State::granted || from == State::paused;
    if (awaits_legs && event == Event::join) return Outcome{State::streaming};
    if (awaits_legs && event == Event::legs_timeout) return Outcome{State::ended, EndReason::drop};
    if (from == State::streaming && event == Event::reopen) return Outcome{State::granted};
    const bool has_tokens = from == State::granted || from == State::streaming || from == State::paused;
    if (has_tokens && event == Event::lose_leg) return Outcome{State::paused};
    return std::nullopt;
}

SessionMachine machine_in(State state) {
    SessionMachine machine;
    for (const Event event : ways_to.at(state)) REQUIRE(machine.apply(event));
    REQUIRE(machine.state() == state);
    return machine;
}

}  // namespace

TEST_CASE("every event in every state leads where it should, or nowhere") {
    for (const auto& [state, way] : ways_to) {
        for (const Event event : all_events) {
            INFO(name(state) << ", event " << static_cast<int>(event));
            SessionMachine machine = machine_in(state);
            const auto reason_before = machine.reason();
            const auto wanted = expected(state, event);
            CHECK(machine.apply(event) == wanted.has_value());
            CHECK(machine.state() == (wanted ? wanted->to : state));
            CHECK(machine.reason() == (wanted ? wanted->reason : reason_before));
            CHECK(machine.ended() == machine.reason().has_value());
        }
    }
}
