#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rfb-ext/base/clock.hpp"
#include "viewer/model/console_model.hpp"
#include "viewer/script/player.hpp"

namespace pronto::viewer {

/// The screens a script looks at; RemoteScreens in the program.
class ScreenFinder {
public:
    virtual ~ScreenFinder() = default;
    /// The stage of a session whose screen is connected; else nullptr.
    virtual Stage* find(SessionNumber session) = 0;
};

/// Where to log in.
struct Account {
    tunnel::HubAddress hub;
    tunnel::Trust trust;
    std::string user;
    std::string password;
};

/// What the command line asked for.
struct ScriptOrder {
    Account account;
    std::string guest;  ///< name, ticket or "any"
    control::Mode mode = control::Mode::control;
    std::string host_password = {};  ///< of a VNC server that has one
    Millis wait_for_guest{10'000};
    Millis timeout{120'000};  ///< for everything
    std::vector<Step> steps;
    std::optional<control::ReportSave> report;  ///< its assistance is filled in
};

/// What came of it.
struct ScriptOutcome {
    bool ok = false;
    std::optional<Session> session;
    std::size_t steps_done = 0;
    bool report_saved = false;
    std::optional<control::Error> error;  ///< not ok: why
};

/// One session from the log-in to the report without a human: a state machine over the console's model.
class ScriptedSession {
public:
    /// `say` hears of each step.
    ScriptedSession(ScriptOrder order, ConsoleModel& model, ScreenFinder& screens, const Clock& clock,
                    std::function<void(const std::string&)> say);
    void start();
    /// Goes on as far as it can. To be called after everything that may have changed the model or a screen, and at wake_at().
    void advance();
    SteadyTime wake_at() const;
    bool done() const { return phase_ == Phase::done; }
    const ScriptOutcome& outcome() const { return outcome_; }
    /// Ends the session and gives up; the program was told to stop.
    void interrupt();

private:
    enum class Phase { logging_in, awaiting_guest, awaiting_screen, playing, ending, reporting, done };

    bool step_forward();  ///< whether the phase changed
    bool await_log_in();
    bool await_guest();
    bool await_screen();
    bool play();
    bool await_end();
    bool await_report();
    bool session_over();
    bool go(Phase phase);
    bool finish();
    bool fail(control::Error why);
    const Session& session() const { return *model_.find_session(number_); }

    ScriptOrder order_;
    ConsoleModel& model_;
    ScreenFinder& screens_;
    const Clock& clock_;
    std::function<void(const std::string&)> say_;
    Phase phase_ = Phase::logging_in;
    SteadyTime give_up_at_{};
    SteadyTime phase_ends_{};  ///< awaiting_guest, ending
    std::optional<SteadyTime> shows_again_by_;  ///< playing, but there is no screen
    bool was_away_ = false;                    ///< playing: the screen
    SessionNumber number_ = 0;
    std::unique_ptr<ScriptPlayer> player_;
    ScriptOutcome outcome_;
};

/// "The hub is not trusted ...", with its key in hex and in words, and what to do about it; for command lines.
control::Error untrusted_in_words(const Connection& connection);
/// Why the log-in will not come about, if it will not.
std::optional<control::Error> log_in_problem(const Connection& connection);
/// The guest of that name or ticket; for "any" the first one who is not helped yet. nullptr: not online.
const control::Presence* wanted_guest(const ConsoleModel& model, const std::string& guest);
control::Error nobody_came(const std::string& guest);
/// Why an ended session ended, if it should not have.
control::Error end_as_error(const Session& session);

}  // namespace pronto::viewer
