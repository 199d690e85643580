#include "rfb-ext/wire/measure/rectangle.hpp"

namespace pronto::wire::measure {

namespace {

bool too_large(const Rect& area, const Terms& terms) {
    return area.width > terms.limits.cursor_side || area.height > terms.limits.cursor_side;
}

/// One bit a pixel, each row in whole bytes.
std::uint64_t mask_bytes(const Rect& area) {
    return static_cast<std::uint64_t>((area.width + 7) / 8) * static_cast<std::uint64_t>(area.height);
}

}  // namespace

/// Pixels and mask (RFC 6143 section 7.8.1). A cursor without area has neither.
Want cursor(Subject& rectangle, Terms& terms, ByteView) {
    if (too_large(rectangle.area, terms)) return WireError::oversized;
    return ends_after(pixels(rectangle.area) * pixel_bytes(terms) + mask_bytes(rectangle.area));
}

/// Two colours of three bytes, picture and mask; a cursor without area has not even the colours (LibVNCServer,
/// src/libvncserver/cursor.c; TigerVNC, common/rfb/CMsgReader.cxx).
Want x_cursor(Subject& rectangle, Terms& terms, ByteView) {
    if (too_large(rectangle.area, terms)) return WireError::oversized;
    return ends_after(rectangle.area.empty() ? 0 : 6 + 2 * mask_bytes(rectangle.area));
}

/// Names an encoding of its own (also without area), then RGBA pixels in it, always 32 bits. Every server known sends
/// Raw.
Want cursor_with_alpha(Subject& rectangle, Terms& terms, ByteView body) {
    if (too_large(rectangle.area, terms)) return WireError::oversized;
    if (body.size() < 4) return shown_at_least(4);
    if (static_cast<std::int32_t>(load_u32(body.data())) != encoding::raw) return WireError::unasked_encoding;
    return ends_after(4 + pixels(rectangle.area) * 4);
}

}  // namespace pronto::wire::measure
