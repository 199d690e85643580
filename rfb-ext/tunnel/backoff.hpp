#pragma once

#include "rfb-ext/base/clock.hpp"

namespace pronto::tunnel {

/// How long to wait before the next try: each wait is twice the last one, up to a longest, and each is some other by
/// chance, so that a hub that comes back is not dialled by everybody at once.
class Backoff {
public:
    struct Times {
        Millis first{500};
        Millis longest{50'000};  ///< before chance has made up to a fifth more of it, or less
    };
    explicit Backoff(Times times) : times_(times), next_(times.first) {}

    /// `chance` is of [0, 1); `at_most` holds now, chance included, and does not slow down the doubling.
    Millis next(double chance, Millis at_most = Millis::max());
    /// From the first wait on again.
    void reset() { next_ = times_.first; }

private:
    Times times_;
    Millis next_;
};

}  // namespace pronto::tunnel
