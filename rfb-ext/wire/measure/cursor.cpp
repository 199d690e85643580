#include "rfb-ext/wire/measure/by_header.hpp"

namespace pronto::wire::measure {

namespace {

bool too_large(const Rect& area, const Terms& terms) {
    return area.width > terms.limits.cursor_side || area.height > terms.limits.cursor_side;
}

/// One bit a pixel, each row in whole bytes.
std::uint64_t mask_bytes(const Rect& area) {
    return static_cast<std::uint64_t>((area.width + 7) / 8) * static_cast<std::uint64_t>(area.height);
}

/// Pixels and mask (RFC 6143 section 7.8.1). A cursor without area has neither.
Result<std::uint64_t> cursor_length(const Rect& area, Terms& terms) {
    if (too_large(area, terms)) return WireError::oversized;
    return pixels(area) * static_cast<std::uint64_t>(terms.format.bytes_per_pixel()) + mask_bytes(area);
}

/// Two colours of three bytes, picture and mask; a cursor without area has not even the colours (LibVNCServer,
/// src/libvncserver/cursor.c; TigerVNC, common/rfb/CMsgReader.cxx).
Result<std::uint64_t> x_cursor_length(const Rect& area, Terms& terms) {
    if (too_large(area, terms)) return WireError::oversized;
    if (area.empty()) return std::uint64_t{0};
    return 6 + 2 * mask_bytes(area);
}

/// Carries an encoding of its own (also without area) and RGBA pixels in it, always 32 bits. Every server known sends
/// Raw.
class CursorWithAlpha final : public Rectangle {
public:
    Result<Want> begin(const Rect& area, Terms& terms) override {
        if (too_large(area, terms)) return WireError::oversized;
        area_ = area;
        return Want{0, 4};
    }
    Result<Want> look(ByteView seen, Terms&) override {
        if (static_cast<std::int32_t>(load_u32(seen.data())) != encoding::raw) return WireError::unasked_encoding;
        return Want{pixels(area_) * 4, 0};
    }

private:
    Rect area_;
};

}  // namespace

std::unique_ptr<Rectangle> cursor() {
    return std::make_unique<ByHeader<cursor_length>>();
}
std::unique_ptr<Rectangle> x_cursor() {
    return std::make_unique<ByHeader<x_cursor_length>>();
}
std::unique_ptr<Rectangle> cursor_with_alpha() {
    return std::make_unique<CursorWithAlpha>();
}

}  // namespace pronto::wire::measure
