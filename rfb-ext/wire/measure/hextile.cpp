#include <algorithm>

#include "rfb-ext/wire/measure/rectangle.hpp"

namespace pronto::wire::measure {

namespace {

constexpr int side = 16;
constexpr unsigned raw_tile = 1, background = 2, foreground = 4, any_subrects = 8, subrects_coloured = 16, known = 31;

/// One tile of `pixels_in_tile`: its length, or what it takes to say.
Want tile(std::uint64_t pixels_in_tile, std::uint64_t pixel, ByteView body) {
    if (body.empty()) return shown_at_least(1);
    const unsigned bits = body[0];
    if (bits > known) return WireError::bad_value;
    if (bits & raw_tile) return ends_after(1 + pixels_in_tile * pixel);
    const auto count_at = 1 + ((bits & background) ? pixel : 0) + ((bits & foreground) ? pixel : 0);
    if (!(bits & any_subrects)) return ends_after(count_at);
    if (body.size() <= count_at) return shown_at_least(count_at + 1);
    return ends_after(count_at + 1 + body[count_at] * (2 + ((bits & subrects_coloured) ? pixel : 0)));
}

}  // namespace

/// RFC 6143 section 7.7.4: tiles of 16 x 16, row by row; only their subencodings and counts of subrectangles are looked
/// at.
Want hextile(Subject& rectangle, Terms& terms, ByteView body) {
    const auto& area = rectangle.area;
    const int columns = (area.width + side - 1) / side;
    const int tiles = columns * ((area.height + side - 1) / side);
    std::uint64_t at = 0;
    for (; rectangle.tiles < tiles; ++rectangle.tiles) {
        const int width = std::min(side, area.width - rectangle.tiles % columns * side);
        const int height = std::min(side, area.height - rectangle.tiles / columns * side);
        const auto rest = body.subspan(std::min<std::uint64_t>(at, body.size()));
        const auto want = tile(static_cast<std::uint64_t>(width * height), pixel_bytes(terms), rest);
        if (want.refused()) return want;
        if (want.look > 0) return {at, want.look};
        at += want.skip;
    }
    return ends_after(at);
}

}  // namespace pronto::wire::measure
