#pragma once

#include <cstdint>

#include "rfb-ext/base/clock.hpp"

namespace pronto::net {

/// Tells when a leg that is being written to has taken nothing for too long. Asked once a tick; a leg that takes little
/// is slow, not stalled.
class StallWatch {
public:
    /// A leg that takes nothing for so long is cut.
    static constexpr Millis longest{30'000};
    static constexpr Millis tick{1'000};

    /// `writing`: a write is waiting for the leg now; `taken`: all the bytes that it has taken so far.
    bool stalled(bool writing, std::uint64_t taken) {
        ticks_ = writing && taken == seen_ ? ticks_ + 1 : 0;
        seen_ = taken;
        return ticks_ >= longest / tick;
    }

private:
    std::uint64_t seen_ = 0;
    int ticks_ = 0;
};

}  // namespace pronto::net
