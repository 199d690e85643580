#pragma once

#include <cmath>
#include <cstdint>

namespace pronto::fbs {

/// How far pictures are apart: the peak signal-to-noise ratio over all channels of the pixels taken.
class Psnr {
public:
    void take(std::uint32_t a, std::uint32_t b) {
        samples_ += 3;
        if (a == b) return;
        for (const int shift : {0, 8, 16}) {
            const double off = static_cast<int>(a >> shift & 255) - static_cast<int>(b >> shift & 255);
            squares_ += off * off;
        }
    }
    /// Infinite if nothing differs.
    double db() const { return squares_ == 0 ? HUGE_VAL : 10 * std::log10(255.0 * 255.0 * samples_ / squares_); }

private:
    double squares_ = 0;
    double samples_ = 0;
};

}  // namespace pronto::fbs
