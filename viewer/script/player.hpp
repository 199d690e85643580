#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rfb-ext/base/clock.hpp"
#include "viewer/remote/remote_session.hpp"
#include "viewer/script/steps.hpp"

namespace pronto::viewer {

/// What a script plays on: a session's screen, keyboard, mouse and clipboard.
class Stage {
public:
    virtual void key(std::uint32_t keysym, bool down) = 0;
    virtual void pointer(Point at, unsigned buttons) = 0;
    /// Whether the text went out; if not, the log says why.
    virtual bool clipboard(const std::string& text) = 0;
    /// Asks for it; if it cannot even be asked for, false, and the log says why.
    virtual bool record(bool on) = 0;
    /// Is that so, and the screen there?
    virtual bool records(bool on) const = 0;
    /// Throws std::runtime_error if the file cannot be written.
    virtual void save(const std::string& file) = 0;
    virtual RemoteSession::Progress progress() const = 0;

protected:
    ~Stage() = default;
};

/// Plays the steps of a script in order; never waits itself, but says until when there is nothing to do.
class ScriptPlayer {
public:
    enum class State { playing, finished, failed };

    /// `starting` hears of each step before it is played.
    ScriptPlayer(std::vector<Step> steps, Stage& stage, SteadyTime now, std::function<void(const Step&)> starting = {});
    /// Does what there is to do. To be called whenever the screen has changed, and at wake_at().
    State play(SteadyTime now);
    SteadyTime wake_at() const { return wake_at_; }
    /// Until when the current step waits for a screen that is away: its own time limit; without one, for ever.
    SteadyTime patience_ends() const;
    /// The screen was away and came anew: a change, whatever it shows.
    void screen_is_back() { updates_before_ = no_updates; }
    std::size_t steps_done() const { return current_; }
    /// failed: why.
    const std::string& problem() const { return problem_; }

private:
    enum class Is { done, waiting };
    Is perform(const step::Type& step, SteadyTime now);
    Is perform(const step::Key& step, SteadyTime now);
    Is perform(const step::Move& step, SteadyTime now);
    Is perform(const step::Click& step, SteadyTime now);
    Is perform(const step::WaitChange& step, SteadyTime now);
    Is perform(const step::WaitStill& step, SteadyTime now);
    Is perform(const step::Sleep& step, SteadyTime now);
    Is perform(const step::Save& step, SteadyTime now);
    Is perform(const step::SendClipboard& step, SteadyTime now);
    Is perform(const step::Record& step, SteadyTime now);
    Is perform(const step::End&, SteadyTime) { return Is::done; }
    void input_begins() { updates_before_ = stage_.progress().updates; }
    Is wait_until(SteadyTime time);

    static constexpr std::uint64_t no_updates = UINT64_MAX;

    std::vector<Step> steps_;
    Stage& stage_;
    std::function<void(const Step&)> starting_;
    std::size_t current_ = 0;
    bool begun_ = false;             ///< the current step
    SteadyTime step_began_{};
    std::size_t typed_ = 0;          ///< keys of the current step
    bool asked_ = false;             ///< what the current step wants of the hub
    std::uint64_t updates_before_;   ///< before the last input
    SteadyTime wake_at_{};
    std::string problem_;
};

}  // namespace pronto::viewer
