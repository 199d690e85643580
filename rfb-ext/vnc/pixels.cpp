#include "rfb-ext/vnc/pixels.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace pronto::vnc {

namespace {

std::uint32_t rgb(int red, int green, int blue) {
    return static_cast<std::uint32_t>(red) << 16 | static_cast<std::uint32_t>(green) << 8 |
           static_cast<std::uint32_t>(blue);
}

/// Of 32 bits, do the colours leave the lowest eight free and not the highest?
bool colours_stand_high(const wire::PixelFormat& format) {
    if (!format.true_colour) return false;  // a colour map's maxima and shifts mean nothing: anything may stand there
    const auto red = static_cast<std::uint64_t>(format.red_max) << format.red_shift;
    const auto green = static_cast<std::uint64_t>(format.green_max) << format.green_shift;
    const auto blue = static_cast<std::uint64_t>(format.blue_max) << format.blue_shift;
    return (red | green | blue) > 0x00FF'FFFF;
}

int stretched(int value, int max) {
    return max == 255 ? value : (value * 255 + max / 2) / std::max(max, 1);
}

}  // namespace

Pixels::Pixels(const wire::PixelFormat& format)
    : format_(format),
      bytes_(static_cast<std::size_t>(format.bits_per_pixel) / 8),
      native_(format == wire::PixelFormat{} && std::endian::native == std::endian::little),
      tight_packs_(format.tight_packs()),
      compact_(format.compact_cpixel()),
      cpixel_at_(colours_stand_high(format) == format.big_endian ? 0 : 1) {}

std::uint32_t Pixels::value(const Byte* from) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes_; ++i) {
        const std::size_t at = format_.big_endian ? i : bytes_ - 1 - i;
        value = value << 8 | from[at];
    }
    return value;
}

std::array<int, 3> Pixels::channels(const Byte* from) const {
    const std::uint32_t pixel = value(from);
    return {static_cast<int>(pixel >> format_.red_shift) & format_.red_max,
            static_cast<int>(pixel >> format_.green_shift) & format_.green_max,
            static_cast<int>(pixel >> format_.blue_shift) & format_.blue_max};
}

std::uint32_t Pixels::from_channels(const std::array<int, 3>& channels) const {
    return rgb(stretched(channels[0], format_.red_max), stretched(channels[1], format_.green_max),
               stretched(channels[2], format_.blue_max));
}

std::uint32_t Pixels::one(const Byte* from) const {
    if (!format_.true_colour) return map_[value(from) & 255];
    return from_channels(channels(from));
}

void Pixels::row(const Byte* from, std::uint32_t* to, int count) const {
    if (count == 0) return;
    if (native_) {
        std::memcpy(to, from, static_cast<std::size_t>(count) * 4);
        std::for_each_n(to, count, [](std::uint32_t& pixel) { pixel &= 0xFFFFFF; });
        return;
    }
    for (int i = 0; i < count; ++i, from += bytes_) to[i] = one(from);
}

std::uint32_t Pixels::tight_one(const Byte* from) const {
    return tight_packs_ ? rgb(from[0], from[1], from[2]) : one(from);
}

void Pixels::tight_row(const Byte* from, std::uint32_t* to, int count) const {
    if (!tight_packs_) return row(from, to, count);
    for (int i = 0; i < count; ++i, from += 3) to[i] = rgb(from[0], from[1], from[2]);
}

std::uint32_t Pixels::cpixel_one(const Byte* from) const {
    if (!compact_) return one(from);
    Byte whole[4] = {};
    std::copy_n(from, 3, whole + cpixel_at_);
    return one(whole);
}

void Pixels::set_colour(unsigned index, std::uint32_t colour) {
    if (index < map_.size()) map_[index] = colour;
}

}  // namespace pronto::vnc
