#include "rfb-ext/wire/measure/rectangle.hpp"

namespace pronto::wire::measure {

namespace {

/// Below this many bytes the data are not compressed and have no length.
constexpr std::uint64_t least_compressed = 12;
/// Encoders split wider rectangles, and decoders count on it; only fill and JPEG may be wider.
constexpr int widest_basic = 2048;

/// Data behind a compact length: seven bits, seven bits, eight bits, lowest first, so at most 4 MiB.
Want compressed(ByteView body, std::size_t at) {
    std::uint64_t length = 0;
    for (unsigned i = 0; i < 3; ++i) {
        if (body.size() <= at + i) return shown_at_least(at + i + 1);
        const Byte byte = body[at + i];
        length |= static_cast<std::uint64_t>(i == 2 ? byte : byte & 0x7F) << (7 * i);
        if (i < 2 && (byte & 0x80)) continue;
        if (length == 0) break;
        return ends_after(at + i + 1 + length);
    }
    return WireError::bad_value;
}

/// Data that have a length too but are sent as they are: TurboVNC's at compression level 0, which LibVNCServer sends
/// and libvncclient reads. The length has to be the data's.
Want as_they_are(ByteView body, std::size_t at, std::uint64_t plain) {
    const auto want = compressed(body, at);
    if (want.refused() || want.look > 0) return want;
    const std::uint64_t length_bytes = plain > 0x3FFF ? 3 : plain > 0x7F ? 2 : 1;
    if (want.skip != at + length_bytes + plain) return WireError::bad_value;
    return want;
}

/// From `at`: `plain` bytes of filtered pixels.
Want data(ByteView body, std::size_t at, std::uint64_t plain, bool zlib) {
    if (plain < least_compressed) return ends_after(at + plain);
    return zlib ? compressed(body, at) : as_they_are(body, at, plain);
}

Want basic(const Rect& area, std::uint64_t pixel, ByteView body, bool filtered, bool zlib) {
    constexpr Byte palette = 1, gradient = 2;
    if (area.width > widest_basic) return WireError::bad_value;
    if (!filtered) return data(body, 1, pixels(area) * pixel, zlib);
    if (body.size() < 2) return shown_at_least(2);
    if (body[1] > gradient) return WireError::bad_value;
    if (body[1] != palette) return data(body, 2, pixels(area) * pixel, zlib);
    if (body.size() < 3) return shown_at_least(3);
    const std::size_t colours = std::size_t{body[2]} + 1;
    const auto row = static_cast<std::uint64_t>(colours <= 2 ? (area.width + 7) / 8 : area.width);
    return data(body, 3 + colours * pixel, row * static_cast<std::uint64_t>(area.height), zlib);
}

}  // namespace

/// Tight (community's rfbproto, "Tight Encoding"): a control byte, perhaps a filter and a palette, then data.
Want tight(Subject& rectangle, Terms& terms, ByteView body) {
    constexpr unsigned filter_follows = 4, fill = 8, jpeg = 9, no_zlib = 10, no_zlib_filtered = 14;
    if (body.empty()) return shown_at_least(1);
    const std::uint64_t pixel = terms.format.tight_packs() ? 3 : pixel_bytes(terms);
    const unsigned compression = body[0] >> 4;  // the lower half resets zlib streams
    if (compression < fill) return basic(rectangle.area, pixel, body, compression & filter_follows, true);
    switch (compression) {
        case fill:
            return ends_after(1 + pixel);
        case jpeg:
            return compressed(body, 1);
        case no_zlib:
            return basic(rectangle.area, pixel, body, false, false);
        case no_zlib_filtered:
            return basic(rectangle.area, pixel, body, true, false);
        default:
            return WireError::bad_value;
    }
}

/// Fill and JPEG as in Tight, and PNG in the place of everything else (community's rfbproto, "Tight PNG Encoding").
Want tight_png(Subject&, Terms& terms, ByteView body) {
    constexpr unsigned fill = 8, jpeg = 9, png = 10;
    if (body.empty()) return shown_at_least(1);
    const unsigned compression = body[0] >> 4;
    if (compression == fill) return ends_after(1 + (terms.format.tight_packs() ? 3 : pixel_bytes(terms)));
    if (compression != jpeg && compression != png) return WireError::bad_value;
    return compressed(body, 1);
}

}  // namespace pronto::wire::measure
