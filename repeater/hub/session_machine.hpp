#pragma once

#include <optional>

#include "rfb-ext/control/messages.hpp"

namespace pronto::hub {

/// What can happen to a session.
enum class SessionEvent {
    ask,              ///< the guest is asked
    grant,            ///< the guest agrees
    refuse,           ///< the guest does not
    consent_timeout,  ///< the guest says nothing
    join,             ///< both legs of the stream are joined
    reopen,           ///< the stream is to begin anew
    lose_leg,         ///< a leg or a connection was lost, and there is a grace to come back in
    legs_timeout,     ///< the legs did not come in time
    operator_ends,
    guest_ends,
    drop,  ///< a connection was lost for good, or the hub cut it
    hub_stops,
};

/// The life of a session: which event leads where. Whatever is not in its table does not happen.
class SessionMachine {
public:
    control::SessionState state() const { return state_; }
    /// Only of an ended session.
    std::optional<control::EndReason> reason() const { return reason_; }
    bool ended() const { return state_ == control::SessionState::ended; }
    /// Of a session that the hub's last run left open: paused.
    static SessionMachine left_open() {
        SessionMachine machine;
        machine.state_ = control::SessionState::paused;
        return machine;
    }
    /// Takes the step; false, and nothing changes, if this state has no such step.
    bool apply(SessionEvent event);

private:
    control::SessionState state_ = control::SessionState::requested;
    std::optional<control::EndReason> reason_;
};

}  // namespace pronto::hub
