#pragma once

#include <cstdint>
#include <optional>

#include "rfb-ext/base/geometry.hpp"

namespace pronto::host {

/// Two pictures of the same area, before and after; rows are `*_stride` pixels apart.
struct BeforeAfter {
    Size size;
    const std::uint32_t* before = nullptr;
    std::size_t before_stride = 0;
    const std::uint32_t* after = nullptr;
    std::size_t after_stride = 0;
};

/// A part of the area whose rows now show what stood `by` rows below before (negative: above).
struct Scroll {
    Rect area;  ///< within the BeforeAfter
    int by = 0;
};

/// Finds a vertical scroll by comparing hashes of row pieces; nothing if there is none worth a message. What it says is very
/// probable, not certain: apply it, then compare what remains.
std::optional<Scroll> find_scroll(const BeforeAfter& pictures);

}  // namespace pronto::host
