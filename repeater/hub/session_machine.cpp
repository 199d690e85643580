#include "repeater/hub/session_machine.hpp"

#include <algorithm>
#include <array>

namespace pronto::hub {

namespace {

using control::EndReason;
using State = control::SessionState;
using Event = SessionEvent;

struct Step {
    State from;
    Event event;
    State to;
    std::optional<EndReason> reason = std::nullopt;
};

constexpr std::array steps{
    Step{State::requested, Event::ask, State::asked},
    Step{State::asked, Event::grant, State::granted},
    Step{State::asked, Event::refuse, State::ended, EndReason::refused},
    Step{State::asked, Event::consent_timeout, State::ended, EndReason::timed_out},
    Step{State::granted, Event::join, State::streaming},
    Step{State::granted, Event::lose_leg, State::paused},
    Step{State::granted, Event::legs_timeout, State::ended, EndReason::drop},
    Step{State::streaming, Event::reopen, State::granted},
    Step{State::streaming, Event::lose_leg, State::paused},
    Step{State::paused, Event::lose_leg, State::paused},
    Step{State::paused, Event::join, State::streaming},
    Step{State::paused, Event::legs_timeout, State::ended, EndReason::drop},
};

/// Ends that can come in any state but the last.
struct End {
    Event event;
    EndReason reason;
};
constexpr std::array ends{
    End{Event::operator_ends, EndReason::operator_},
    End{Event::guest_ends, EndReason::guest},
    End{Event::drop, EndReason::drop},
    End{Event::hub_stops, EndReason::hub_stopped},
};

}  // namespace

bool SessionMachine::apply(SessionEvent event) {
    if (ended()) return false;
    const auto step = std::find_if(steps.begin(), steps.end(),
                                   [&](const Step& row) { return row.from == state_ && row.event == event; });
    if (step != steps.end()) {
        state_ = step->to;
        reason_ = step->reason;
        return true;
    }
    const auto end = std::find_if(ends.begin(), ends.end(), [&](const End& row) { return row.event == event; });
    if (end == ends.end()) return false;
    state_ = State::ended;
    reason_ = end->reason;
    return true;
}

}  // namespace pronto::hub
