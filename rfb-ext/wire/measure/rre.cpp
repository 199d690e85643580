#include "rfb-ext/wire/measure/rectangle.hpp"

namespace pronto::wire::measure {

namespace {

/// A count, the background's colour, then the subrectangles, each a colour and its place.
Want subrectangles(const Subject& rectangle, const Terms& terms, ByteView body, std::uint64_t place_bytes) {
    constexpr std::size_t count_bytes = 4;
    if (body.size() < count_bytes) return shown_at_least(count_bytes);
    const std::uint64_t count = load_u32(body.data());
    if (count > pixels(rectangle.area)) return WireError::oversized;
    return ends_after(count_bytes + pixel_bytes(terms) + count * (pixel_bytes(terms) + place_bytes));
}

}  // namespace

/// RFC 6143 section 7.7.3.
Want rre(Subject& rectangle, Terms& terms, ByteView body) {
    return subrectangles(rectangle, terms, body, 8);
}

/// RRE with places in single bytes (community's rfbproto, "CoRRE Encoding").
Want corre(Subject& rectangle, Terms& terms, ByteView body) {
    return subrectangles(rectangle, terms, body, 4);
}

}  // namespace pronto::wire::measure
