#include "rfb-ext/vnc/hextile_decoder.hpp"

#include <algorithm>

namespace pronto::vnc {

namespace {

constexpr int tile_side = 16;
constexpr unsigned raw = 1, background_given = 2, foreground_given = 4, any_subrects = 8, subrects_coloured = 16;

struct Colours {
    std::uint32_t background = 0;
    std::uint32_t foreground = 0;
};

void raw_tile(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& tile) {
    Byte row[tile_side * 4];
    for (int y = tile.y; y < tile.y + tile.height; ++y) {
        in.read(row, static_cast<std::size_t>(tile.width) * pixels.bytes());
        pixels.row(row, picture.row(y) + tile.x, tile.width);
    }
}

void subrects(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& tile, unsigned flags,
              std::uint32_t foreground) {
    const unsigned count = in.u8();
    for (unsigned i = 0; i < count; ++i) {
        const std::uint32_t colour = flags & subrects_coloured ? read_pixel(in, pixels) : foreground;
        const unsigned at = in.u8();
        const unsigned size = in.u8();
        const Rect part{static_cast<int>(at >> 4), static_cast<int>(at & 15), static_cast<int>(size >> 4) + 1,
                        static_cast<int>(size & 15) + 1};
        if (part.x + part.width > tile.width || part.y + part.height > tile.height)
            throw BrokenStream("a Hextile subrectangle lies outside its tile");
        fill_area(picture, {tile.x + part.x, tile.y + part.y, part.width, part.height}, colour);
    }
}

void decode_tile(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& tile, Colours& colours) {
    const unsigned flags = in.u8();
    if (flags & raw) return raw_tile(in, pixels, picture, tile);
    if (flags & background_given) colours.background = read_pixel(in, pixels);
    if (flags & foreground_given) colours.foreground = read_pixel(in, pixels);
    fill_area(picture, tile, colours.background);
    if (flags & any_subrects) subrects(in, pixels, picture, tile, flags, colours.foreground);
}

}  // namespace

void decode_hextile(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& area) {
    Colours colours;
    for (int y = 0; y < area.height; y += tile_side)
        for (int x = 0; x < area.width; x += tile_side) {
            const Rect tile{area.x + x, area.y + y, std::min(tile_side, area.width - x),
                            std::min(tile_side, area.height - y)};
            decode_tile(in, pixels, picture, tile, colours);
        }
}

}  // namespace pronto::vnc
