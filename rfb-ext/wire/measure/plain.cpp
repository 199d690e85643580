#include "rfb-ext/wire/measure/rectangle.hpp"

namespace pronto::wire::measure {

Want raw(Subject& rectangle, Terms& terms, ByteView) {
    return ends_after(pixels(rectangle.area) * pixel_bytes(terms));
}

/// RFC 6143 section 7.7.2. The source has to lie in the screen too.
Want copy_rect(Subject& rectangle, Terms& terms, ByteView body) {
    if (body.size() < 4) return shown_at_least(4);
    const Rect source{load_u16(&body[0]), load_u16(&body[2]), rectangle.area.width, rectangle.area.height};
    if (!lies_in(source, terms.screen)) return WireError::outside_screen;
    return ends_after(4);
}

Want header_only(Subject&, Terms&, ByteView) {
    return ends_after(0);
}

Want led_state(Subject&, Terms&, ByteView) {
    return ends_after(1);
}

}  // namespace pronto::wire::measure
