#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "rfb-ext/base/geometry.hpp"

namespace pronto::vnc {

/// Pixels everywhere in Pronto: 32 bits, 0x00RRGGBB in host order, rows without padding.
struct Picture {
    Size size;
    std::vector<std::uint32_t> pixels;  ///< size.width * size.height

    const std::uint32_t* row(int y) const { return pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width); }
    std::uint32_t* row(int y) { return pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width); }
};

/// `area` lies in `picture`.
inline void fill_area(Picture& picture, const Rect& area, std::uint32_t colour) {
    for (int y = area.y; y < area.y + area.height; ++y) std::fill_n(picture.row(y) + area.x, area.width, colour);
}

/// The pointer's shape: 0xAARRGGBB, not premultiplied; at most longest_cursor_side each way. Empty: invisible.
struct CursorShape {
    Size size;
    Point hotspot;
    std::vector<std::uint32_t> pixels;
    bool operator==(const CursorShape&) const = default;
};

/// No screen is larger; a peer that claims so is cut (docs/protocol.md, limits).
inline constexpr int longest_side = 16'384;
inline constexpr std::int64_t most_pixels = 64LL * 1024 * 1024;
inline constexpr int longest_cursor_side = 512;

}  // namespace pronto::vnc
