#include "rfb-ext/wire/measure/rectangle.hpp"

namespace pronto::wire::measure {

/// RFC 6143 section 7.7.6; community's rfbproto, "Zlib Encoding". What goes into zlib is at most two bytes for one of a
/// Raw rectangle (ZRLE's runs of one pixel of 8 bits), and zlib adds next to nothing to what it cannot compress.
Want zlib(Subject& rectangle, Terms& terms, ByteView body) {
    constexpr std::size_t length_bytes = 4;
    if (body.size() < length_bytes) return shown_at_least(length_bytes);
    const std::uint64_t length = load_u32(body.data());
    if (length > 2 * pixels(rectangle.area) * pixel_bytes(terms) + 1024) return WireError::oversized;
    return ends_after(length_bytes + length);
}

}  // namespace pronto::wire::measure
