#include "rfb-ext/vnc/run_decoder.hpp"

#include <algorithm>
#include <array>

namespace pronto::vnc {

namespace {

constexpr unsigned raw = 0, solid = 1, largest_packed = 16, packed_again = 127, plain_runs = 128,
                   palette_runs_again = 129, palette_runs = 130;

struct Palette {
    std::array<std::uint32_t, 128> colours{};
    unsigned count = 0;
};

class TileDecoder {
public:
    TileDecoder(ByteSource& in, const Pixels& pixels, Picture& picture, bool reuses)
        : in_(in), pixels_(pixels), picture_(picture), reuses_(reuses) {}

    void decode(const Rect& tile) {
        const unsigned kind = in_.u8();
        if (kind == raw) return draw_raw(tile);
        if (kind == solid) return fill_area(picture_, tile, read_pixel());
        if (kind <= largest_packed) {
            read_palette(kind);
            return draw_packed(tile);
        }
        if (kind == packed_again && reuses_ && palette_.count >= 2 && palette_.count <= largest_packed)
            return draw_packed(tile);
        if (kind == plain_runs) return draw_runs(tile, false);
        if (kind == palette_runs_again && reuses_ && palette_.count > 0) return draw_runs(tile, true);
        if (kind < palette_runs) throw BrokenStream("an unknown kind of tile");
        read_palette(kind - plain_runs);
        draw_runs(tile, true);
    }

private:
    std::uint32_t read_pixel() {
        Byte bytes[4];
        in_.read(bytes, pixels_.cpixel_bytes());
        return pixels_.cpixel_one(bytes);
    }
    void read_palette(unsigned count) {
        palette_.count = count;
        for (unsigned i = 0; i < count; ++i) palette_.colours[i] = read_pixel();
    }
    std::uint32_t colour(unsigned index) const {
        if (index >= palette_.count) throw BrokenStream("a tile uses a colour that its palette does not have");
        return palette_.colours[index];
    }
    void draw_raw(const Rect& tile) {
        std::array<Byte, 64 * 4> row;
        const auto bytes = pixels_.cpixel_bytes();
        for (int y = tile.y; y < tile.y + tile.height; ++y) {
            in_.read(row.data(), static_cast<std::size_t>(tile.width) * bytes);
            std::uint32_t* to = picture_.row(y) + tile.x;
            for (std::size_t x = 0; x < static_cast<std::size_t>(tile.width); ++x)
                to[x] = pixels_.cpixel_one(&row[x * bytes]);
        }
    }
    /// Indices of 1, 2 or 4 bits, rows in whole bytes.
    void draw_packed(const Rect& tile) {
        const unsigned bits = palette_.count == 2 ? 1 : palette_.count <= 4 ? 2 : 4;
        for (int y = tile.y; y < tile.y + tile.height; ++y) {
            std::uint32_t* to = picture_.row(y) + tile.x;
            unsigned byte = 0;
            for (unsigned x = 0; x < static_cast<unsigned>(tile.width); ++x) {
                const unsigned at = x * bits % 8;
                if (at == 0) byte = in_.u8();
                to[x] = colour(byte >> (8 - bits - at) & ((1U << bits) - 1));
            }
        }
    }
    int read_length() {
        int length = 1;
        unsigned byte = 0;
        do {
            byte = in_.u8();
            length += static_cast<int>(byte);
            if (length > 64 * 64) throw BrokenStream("a run is longer than its tile");
        } while (byte == 255);
        return length;
    }
    void draw_runs(const Rect& tile, bool from_palette) {
        constexpr unsigned with_length = 0x80;
        const int all = tile.width * tile.height;
        for (int at = 0; at < all;) {
            std::uint32_t with = 0;
            int length = 1;
            if (from_palette) {
                const unsigned byte = in_.u8();
                with = colour(byte & ~with_length);
                if (byte & with_length) length = read_length();
            } else {
                with = read_pixel();
                length = read_length();
            }
            if (length > all - at) throw BrokenStream("a run is longer than its tile");
            for (const int end = at + length; at < end;) {
                const int x = at % tile.width;
                const int part = std::min(end - at, tile.width - x);
                std::fill_n(picture_.row(tile.y + at / tile.width) + tile.x + x, part, with);
                at += part;
            }
        }
    }

    ByteSource& in_;
    const Pixels& pixels_;
    Picture& picture_;
    const bool reuses_;
    Palette palette_;
};

void decode_tiles(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& area, int side, bool reuses) {
    TileDecoder decoder(in, pixels, picture, reuses);
    for (int y = 0; y < area.height; y += side)
        for (int x = 0; x < area.width; x += side)
            decoder.decode({area.x + x, area.y + y, std::min(side, area.width - x), std::min(side, area.height - y)});
}

}  // namespace

void decode_trle(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& area) {
    decode_tiles(in, pixels, picture, area, 16, true);
}

void decode_zrle(ByteSource& inflated, const Pixels& pixels, Picture& picture, const Rect& area) {
    decode_tiles(inflated, pixels, picture, area, 64, false);
}

}  // namespace pronto::vnc
