#include "rfb-ext/wire/measure/rectangle.hpp"

namespace pronto::wire::measure {

Want desktop_size(Subject& rectangle, Terms& terms, ByteView) {
    const Size size{rectangle.area.width, rectangle.area.height};
    if (!terms.limits.allow(size)) return WireError::oversized;
    terms.screen = size;
    return ends_after(0);
}

/// x says who asked for the change, y whether it was done; then the screens, 16 bytes each (community's rfbproto,
/// "ExtendedDesktopSize Pseudo-Encoding").
Want extended_desktop_size(Subject& rectangle, Terms& terms, ByteView body) {
    constexpr int asked_by_this_viewer = 1;
    const bool refused = rectangle.area.x == asked_by_this_viewer && rectangle.area.y != 0;
    if (!refused) {
        const auto resized = desktop_size(rectangle, terms, body);
        if (resized.refused()) return resized;
    }
    if (body.size() < 4) return shown_at_least(4);
    const std::size_t screens = body[0];
    if (screens > terms.limits.most_screens) return WireError::oversized;
    return ends_after(4 + screens * 16);
}

Want desktop_name(Subject&, Terms& terms, ByteView body) {
    if (body.size() < 4) return shown_at_least(4);
    const std::size_t length = load_u32(body.data());
    if (length > terms.limits.name_bytes) return WireError::oversized;
    return ends_after(4 + length);
}

}  // namespace pronto::wire::measure
