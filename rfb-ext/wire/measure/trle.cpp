#include <algorithm>

#include "rfb-ext/wire/measure/rectangle.hpp"

namespace pronto::wire::measure {

namespace {

constexpr int side = 16;
constexpr unsigned raw_tile = 0, solid = 1, largest_packed = 16, packed_again = 127, plain_runs = 128,
                   palette_runs_again = 129, palette_runs = 130;

struct Tile {
    int width;
    int height;
    int pixels() const { return width * height; }
};

std::uint64_t packed_bytes(const Tile& tile, unsigned colours) {
    const int bits = colours == 2 ? 1 : colours <= 4 ? 2 : 4;
    return static_cast<std::uint64_t>((tile.width * bits + 7) / 8) * static_cast<std::uint64_t>(tile.height);
}

/// A tile up to its end, or up to its first run.
Want begin_tile(Subject& rectangle, const Tile& tile, std::uint64_t cpixel, ByteView body) {
    if (body.empty()) return shown_at_least(1);
    const unsigned kind = body[0];
    if (kind == raw_tile) return ends_after(1 + static_cast<std::uint64_t>(tile.pixels()) * cpixel);
    if (kind == solid) return ends_after(1 + cpixel);
    if (kind <= largest_packed) {
        rectangle.palette = kind;
        return ends_after(1 + kind * cpixel + packed_bytes(tile, kind));
    }
    if (kind == packed_again) {
        if (rectangle.palette < 2 || rectangle.palette > largest_packed) return WireError::bad_value;
        return ends_after(1 + packed_bytes(tile, rectangle.palette));
    }
    if (kind < plain_runs || (kind == palette_runs_again && rectangle.palette == 0)) return WireError::bad_value;
    rectangle.pixels_left = tile.pixels();
    rectangle.plain_runs = kind == plain_runs;
    if (kind < palette_runs) return ends_after(1);
    rectangle.palette = kind - plain_runs;
    return ends_after(1 + rectangle.palette * cpixel);
}

/// One run: a colour and a length, or a palette entry with or without one. A length is 1 and all its bytes, of which
/// the last is the first that is not 255.
Want run(Subject& rectangle, std::uint64_t cpixel, ByteView body) {
    constexpr unsigned with_length = 0x80;
    std::size_t at = rectangle.plain_runs ? static_cast<std::size_t>(cpixel) : 1;
    int length = 1;
    if (!rectangle.plain_runs) {
        if (body.empty()) return shown_at_least(1);
        if ((body[0] & ~with_length) >= rectangle.palette) return WireError::bad_value;
    }
    if (rectangle.plain_runs || (body[0] & with_length)) {
        Byte byte = 0;
        do {
            if (body.size() <= at) return shown_at_least(at + 1);
            byte = body[at++];
            length += byte;
            if (length > rectangle.pixels_left) return WireError::bad_value;
        } while (byte == 255);
    }
    rectangle.pixels_left -= length;
    return ends_after(at);
}

}  // namespace

/// RFC 6143 section 7.7.5: tiles of 16 x 16, row by row. All but the runs' colours is looked at.
Want trle(Subject& rectangle, Terms& terms, ByteView body) {
    const auto& area = rectangle.area;
    const auto cpixel = static_cast<std::uint64_t>(terms.format.cpixel_bytes());
    const int columns = (area.width + side - 1) / side;
    const int tiles = columns * ((area.height + side - 1) / side);
    std::uint64_t at = 0;
    while (rectangle.pixels_left > 0 || rectangle.tiles < tiles) {
        const auto rest = body.subspan(std::min<std::uint64_t>(at, body.size()));
        const bool in_tile = rectangle.pixels_left > 0;
        Want want;
        if (in_tile) {
            want = run(rectangle, cpixel, rest);
        } else {
            const int x = rectangle.tiles % columns * side;
            const int y = rectangle.tiles / columns * side;
            want =
                begin_tile(rectangle, {std::min(side, area.width - x), std::min(side, area.height - y)}, cpixel, rest);
        }
        if (want.refused()) return want;
        if (want.look > 0) return {at, want.look};
        if (!in_tile) ++rectangle.tiles;
        at += want.skip;
    }
    return ends_after(at);
}

}  // namespace pronto::wire::measure
