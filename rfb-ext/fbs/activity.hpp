#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "rfb-ext/base/geometry.hpp"

namespace pronto::fbs {

/// How much of the screen each second of a movie draws, in percent: what a player shows as a line of heat.
class Activity {
public:
    void drawn(const Rect& area) { pixels_ += std::int64_t{area.width} * area.height; }
    /// What was drawn since the last time counts for nothing.
    void forget() { pixels_ = 0; }
    /// What was drawn since the last time belongs to this moment.
    void passed(std::uint32_t at_ms, Size screen) {
        seconds_.resize(std::max<std::size_t>(seconds_.size(), at_ms / 1000 + 1), 0);
        const auto all = std::max<std::int64_t>(std::int64_t{screen.width} * screen.height, 1);
        auto& second = seconds_[at_ms / 1000];
        // A single character is activity too.
        if (pixels_ > 0) second = static_cast<int>(std::clamp<std::int64_t>(second + pixels_ * 100 / all, 1, 100));
        pixels_ = 0;
    }
    std::vector<int> take() { return std::exchange(seconds_, {}); }

private:
    std::vector<int> seconds_;
    std::int64_t pixels_ = 0;
};

}  // namespace pronto::fbs
