#pragma once

#include <array>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/vnc/byte_source.hpp"
#include "rfb-ext/wire/types.hpp"

namespace pronto::vnc {

/// Turns pixels as they stand on the wire (RFC 6143 section 7.4) into 0x00RRGGBB.
class Pixels {
public:
    explicit Pixels(const wire::PixelFormat& format);

    std::size_t bytes() const { return bytes_; }
    std::uint32_t one(const Byte* from) const;
    void row(const Byte* from, std::uint32_t* to, int count) const;

    /// Tight's TPIXEL: three bytes R, G, B instead of a whole pixel, whatever the shifts.
    bool tight_packs() const { return tight_packs_; }
    std::size_t tight_bytes() const { return tight_packs_ ? 3 : bytes_; }
    std::uint32_t tight_one(const Byte* from) const;
    void tight_row(const Byte* from, std::uint32_t* to, int count) const;
    /// The three channels of a pixel as sent, and their maxima: what Tight's gradient filter predicts in.
    std::array<int, 3> channels(const Byte* from) const;
    std::array<int, 3> maxima() const { return {format_.red_max, format_.green_max, format_.blue_max}; }
    std::uint32_t from_channels(const std::array<int, 3>& channels) const;

    /// ZRLE's and TRLE's CPIXEL (section 7.7.5): the byte of a 32 bit pixel that holds no colour is left out.
    std::size_t cpixel_bytes() const { return compact_ ? 3 : bytes_; }
    std::uint32_t cpixel_one(const Byte* from) const;

    /// SetColourMapEntries (section 7.6.2), for formats that are not true colour. Indices over 255 are ignored.
    void set_colour(unsigned index, std::uint32_t rgb);

private:
    std::uint32_t value(const Byte* from) const;

    wire::PixelFormat format_;
    std::size_t bytes_;
    bool native_;  ///< little-endian 0xXXRRGGBB: no arithmetic needed
    bool tight_packs_;
    bool compact_;
    std::size_t cpixel_at_;  ///< of a whole pixel, where its CPIXEL stands
    std::array<std::uint32_t, 256> map_{};
};

/// The next pixel of a stream. Throws BrokenStream.
inline std::uint32_t read_pixel(ByteSource& in, const Pixels& pixels) {
    Byte bytes[4];
    in.read(bytes, pixels.bytes());
    return pixels.one(bytes);
}

}  // namespace pronto::vnc
