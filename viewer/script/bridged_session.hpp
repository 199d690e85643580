#pragma once

#include <functional>
#include <string>

#include "viewer/script/scripted_session.hpp"

namespace pronto::viewer {

struct BridgeOrder {
    Account account;
    std::string guest;  ///< name, ticket or "any"
    control::Mode mode = control::Mode::control;
    std::string host_password = {};  ///< of a VNC server that has one
    Millis wait_for_guest{10'000};
};

/// One session for another viewer of this computer, without a human: asked for, or joined if it runs already, and ended
/// when the viewer leaves. A state machine over the console's model.
class BridgedSession {
public:
    struct Events {
        /// A viewer may come; the session says where. False: that helps nobody (its words are in `problem`); give up.
        std::function<bool(const Session&, control::Error& problem)> offered;
        std::function<void(const Session&)> taken;  ///< one has
    };
    BridgedSession(BridgeOrder order, ConsoleModel& model, const Clock& clock, Events events);
    void start();
    /// Goes on as far as it can. To be called after everything that may have changed the model, and at wake_at().
    void advance();
    SteadyTime wake_at() const { return wake_at_; }
    bool done() const { return phase_ == Phase::done; }
    /// ok: a viewer was there, or the program was told to stop while it waited for one.
    const ScriptOutcome& outcome() const { return outcome_; }
    /// Ends the session; the program was told to stop. Once the session is over it is done with that.
    void interrupt();

private:
    enum class Phase { logging_in, awaiting_guest, awaiting_offer, awaiting_viewer, awaiting_end, ending, telling, done };

    bool step_forward();
    bool await_log_in();
    bool await_guest();
    bool await_offer();
    bool await_viewer();
    bool await_end();
    bool session_over();
    bool over(std::optional<control::Error> why);
    bool tell_hub();
    void end(std::optional<control::Error> why);
    bool go(Phase phase, SteadyTime wake_at = SteadyTime::max());
    bool finish(std::optional<control::Error> why);
    const Session& session() const { return *model_.find_session(number_); }

    BridgeOrder order_;
    ConsoleModel& model_;
    const Clock& clock_;
    Events events_;
    Phase phase_ = Phase::logging_in;
    SteadyTime wake_at_ = SteadyTime::max();
    SessionNumber number_ = 0;
    bool interrupted_ = false;
    bool hub_is_back_ = false;
    std::optional<control::Error> problem_;  ///< why we end it
    ScriptOutcome outcome_;
};

}  // namespace pronto::viewer
