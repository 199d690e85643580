#include "agent/host/capture/x11/cursor_shape.hpp"

#include <algorithm>

#include "agent/host/x11/xlib.hpp"

namespace pronto::host::x11 {
namespace {
constexpr int longest_cursor_side = 256;
}

std::uint32_t straight_alpha(std::uint32_t premultiplied) {
    const std::uint32_t alpha = premultiplied >> 24;
    if (alpha == 0) return 0;
    const auto straight = [&](int shift) {
        const std::uint32_t channel = premultiplied >> shift & 0xFF;
        return std::min(0xFFU, (channel * 0xFF + alpha / 2) / alpha) << shift;
    };
    return alpha << 24 | straight(16) | straight(8) | straight(0);
}

std::optional<vnc::CursorShape> read_cursor(Connection& connection) {
    XFixesCursorImage* image = XFixesGetCursorImage(connection.get());
    if (!image) return std::nullopt;
    vnc::CursorShape shape;
    shape.size = {std::min<int>(image->width, longest_cursor_side), std::min<int>(image->height, longest_cursor_side)};
    shape.hotspot = {std::min<int>(image->xhot, std::max(shape.size.width - 1, 0)),
                     std::min<int>(image->yhot, std::max(shape.size.height - 1, 0))};
    bool visible = false;
    for (int y = 0; y < shape.size.height; ++y)
        for (int x = 0; x < shape.size.width; ++x) {
            // XFixes hands out longs of which the lower 32 bits count.
            const auto pixel = static_cast<std::uint32_t>(image->pixels[y * image->width + x]);
            shape.pixels.push_back(straight_alpha(pixel));
            visible = visible || shape.pixels.back() != 0;
        }
    XFree(image);
    return visible ? shape : vnc::CursorShape{};
}

}  // namespace pronto::host::x11
