#include "rfb-ext/wire/types.hpp"

#include <bit>

#include "rfb-ext/wire/errors.hpp"

namespace pronto::wire {

namespace {

bool true_colour_fits(int maximum, int shift, int bits_per_pixel) {
    const auto bits = static_cast<int>(std::bit_width(static_cast<unsigned>(maximum)));
    return maximum > 0 && (maximum & (maximum + 1)) == 0 && bits + shift <= bits_per_pixel;
}

bool allowed(const PixelFormat& format) {
    const int bits = format.bits_per_pixel;
    if (bits != 8 && bits != 16 && bits != 32) return false;
    if (format.depth < 1 || format.depth > bits) return false;
    if (!format.true_colour) return bits == 8;
    return true_colour_fits(format.red_max, format.red_shift, bits) &&
           true_colour_fits(format.green_max, format.green_shift, bits) &&
           true_colour_fits(format.blue_max, format.blue_shift, bits);
}

}  // namespace

bool PixelFormat::tight_packs() const {
    return true_colour && bits_per_pixel == 32 && depth == 24 && red_max == 255 && green_max == 255 && blue_max == 255;
}

bool PixelFormat::compact_cpixel() const {
    if (!true_colour || bits_per_pixel != 32) return false;
    const auto all = static_cast<std::uint64_t>(red_max) << red_shift |
                     static_cast<std::uint64_t>(green_max) << green_shift |
                     static_cast<std::uint64_t>(blue_max) << blue_shift;
    return all <= 0x00FF'FFFF || (all & 0xFF) == 0;
}

void append(Bytes& to, const PixelFormat& format) {
    append_u8(to, static_cast<unsigned>(format.bits_per_pixel));
    append_u8(to, static_cast<unsigned>(format.depth));
    append_u8(to, format.big_endian ? 1 : 0);
    append_u8(to, format.true_colour ? 1 : 0);
    for (const int maximum : {format.red_max, format.green_max, format.blue_max})
        append_u16(to, static_cast<unsigned>(maximum));
    for (const int shift : {format.red_shift, format.green_shift, format.blue_shift})
        append_u8(to, static_cast<unsigned>(shift));
    to.insert(to.end(), 3, Byte{0});
}

Result<PixelFormat> read_pixel_format(ByteView at) {
    if (at.size() < pixel_format_bytes) return WireError::bad_value;
    PixelFormat format;
    format.bits_per_pixel = at[0];
    format.depth = at[1];
    format.big_endian = at[2] != 0;
    format.true_colour = at[3] != 0;
    format.red_max = load_u16(&at[4]);
    format.green_max = load_u16(&at[6]);
    format.blue_max = load_u16(&at[8]);
    format.red_shift = at[10];
    format.green_shift = at[11];
    format.blue_shift = at[12];
    if (!allowed(format)) return WireError::bad_value;
    return format;
}

Bytes write(const ServerInit& init) {
    Bytes out;
    append_u16(out, static_cast<unsigned>(init.size.width));
    append_u16(out, static_cast<unsigned>(init.size.height));
    append(out, init.format);
    append_u32(out, static_cast<std::uint32_t>(init.name.size()));
    append(out, as_bytes(init.name));
    return out;
}

}  // namespace pronto::wire
