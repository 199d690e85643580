#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rfb-ext/base/clock.hpp"

namespace pronto::viewer {

/// What is played: any moment can be shown. Milliseconds since the start.
class PlayedMovie {
public:
    virtual ~PlayedMovie() = default;
    virtual std::uint32_t duration_ms() const = 0;
    /// Throws std::runtime_error if that moment cannot be shown.
    virtual void show(std::uint32_t at_ms) = 0;
    /// When something is drawn next after what is shown; nothing: never again.
    virtual std::optional<std::uint32_t> next_change() = 0;
};

/// Plays a movie by the clock it is handed: where it is, how fast, what is left out. No windows, no threads: its owner
/// calls tick() when wait() has passed.
class Playback {
public:
    static constexpr double least_speed = 0.5, most_speed = 16;

    /// Shows the start, paused.
    Playback(PlayedMovie& movie, const Clock& clock);

    bool playing() const { return playing_; }
    double speed() const { return speed_; }
    bool skips_idle() const { return skip_idle_; }
    std::uint32_t at_ms() const { return at_ms_; }
    std::uint32_t duration_ms() const { return movie_.duration_ms(); }
    bool at_end() const { return at_ms_ >= duration_ms(); }

    /// At the end: from the start again.
    void play();
    void pause();
    void toggle() { playing_ ? pause() : play(); }
    /// To the next or the last of 0.5, 1, 2, 4, 8, 16.
    void faster();
    void slower();
    /// Kept within least_speed and most_speed.
    void set_speed(double speed);
    void skip_idle(bool skip);
    /// Goes on playing from there if it was playing. Kept within the movie.
    void seek(std::int64_t at_ms);
    /// Pauses at the next change; at the end if there is none.
    void step();

    /// Shows what is due.
    void tick();
    /// How long until something is due; nothing while paused. At most a quarter of a second, so that the times run.
    std::optional<Millis> wait();

private:
    void anchor();
    void show(std::uint32_t at_ms);
    std::uint32_t due() const;
    std::uint32_t leave_out_idle(std::uint32_t now_ms);

    PlayedMovie& movie_;
    const Clock& clock_;
    bool playing_ = false;
    bool skip_idle_ = false;
    double speed_ = 1;
    std::uint32_t at_ms_ = 0;
    std::uint32_t changed_ms_ = 0;  ///< since when nothing has changed, or where it was begun to look
    SteadyTime anchor_;             ///< when the movie was at anchor_ms_
    std::uint32_t anchor_ms_ = 0;
};

/// "4:07", "1:02:09": a moment, or a duration.
std::string clock_text(std::uint32_t ms);

}  // namespace pronto::viewer
