#include "rfb-ext/tunnel/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace pronto::tunnel {

namespace {

constexpr double spread = 0.2;

}  // namespace

Millis Backoff::next(double chance, Millis at_most) {
    const double factor = 1.0 - spread + 2 * spread * chance;
    // Where the limit is lower, it is the limit that is spread: else most would wait exactly as long.
    const double base =
        std::min(static_cast<double>(next_.count()), static_cast<double>(at_most.count()) / (1.0 + spread));
    next_ = std::min(next_ * 2, times_.longest);
    return Millis(std::llround(base * factor));
}

}  // namespace pronto::tunnel
