#pragma once

#include <algorithm>

#include "rfb-ext/base/clock.hpp"

namespace pronto::host {

/// How often a changing screen is looked at: at once after a quiet spell (the echo of a key must not wait), then slower and
/// slower down to 60 times a second, and never more than a third of a core.
class Pace {
public:
    using Micros = std::chrono::microseconds;
    static constexpr Micros quickest{4'000}, steady{16'600}, slowest{200'000}, quiet{50'000};

    /// A look that took `cost` ended at `now`.
    void looked(SteadyTime now, Micros cost) {
        interval_ = now - last_ > quiet ? quickest : std::min(interval_ * 2, steady);
        last_ = now;
        pause_ = std::clamp(cost * 2, interval_, slowest);
    }
    /// When a change seen now may be looked at.
    SteadyTime due() const { return last_ + pause_; }
    SteadyTime last() const { return last_; }

private:
    SteadyTime last_{};
    Micros interval_ = quickest;
    Micros pause_{0};
};

}  // namespace pronto::host
