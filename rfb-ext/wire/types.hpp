#pragma once

#include <cstdint>
#include <string>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/base/geometry.hpp"
#include "rfb-ext/base/result.hpp"

namespace pronto::wire {

/// RFC 6143 section 7.4, 16 bytes on the wire.
struct PixelFormat {
    int bits_per_pixel = 32;
    int depth = 24;
    bool big_endian = false;
    bool true_colour = true;
    int red_max = 255, green_max = 255, blue_max = 255;
    int red_shift = 16, green_shift = 8, blue_shift = 0;
    bool operator==(const PixelFormat&) const = default;

    int bytes_per_pixel() const { return bits_per_pixel / 8; }
    /// Tight sends three bytes a pixel then (TPIXEL), whatever the shifts.
    bool tight_packs() const;
    /// ZRLE and TRLE drop the unused byte then (CPIXEL). RFC 6143 wants a depth of at most 24 too; servers and viewers
    /// look at the colours' bits only (LibVNCServer, zrle.c; TigerVNC, ZRLEDecoder.cxx).
    bool compact_cpixel() const;
    int cpixel_bytes() const { return compact_cpixel() ? 3 : bytes_per_pixel(); }
};
inline constexpr std::size_t pixel_format_bytes = 16;
using pronto::append;
void append(Bytes& to, const PixelFormat& format);
/// Errors: bad_value unless 8, 16 or 32 bits, true colour with maxima 2^n - 1 that fit, or 8 bits with a colour map.
Result<PixelFormat> read_pixel_format(ByteView sixteen_bytes);

/// RFC 6143 section 7.3.2.
struct ServerInit {
    Size size;
    PixelFormat format;
    std::string name;  ///< raw bytes from the wire, at most 4 KiB
    bool operator==(const ServerInit&) const = default;
};
Bytes write(const ServerInit& init);

/// Message types, client to server (RFC 6143 section 7.5 and the community's RFB protocol registry).
namespace client {
inline constexpr int set_pixel_format = 0, set_encodings = 2, update_request = 3, key = 4, pointer = 5, cut_text = 6,
                     enable_continuous_updates = 150, fence = 248, xvp = 250, set_desktop_size = 251, qemu = 255;
}
/// Message types, server to client.
namespace server {
inline constexpr int update = 0, colour_map = 1, bell = 2, cut_text = 3, end_of_continuous_updates = 150, fence = 248,
                     xvp = 250, qemu = 255;
}
namespace encoding {
inline constexpr std::int32_t raw = 0, copy_rect = 1, rre = 2, corre = 4, hextile = 5, zlib = 6, tight = 7, trle = 15,
                              zrle = 16, desktop_size = -223, last_rect = -224, cursor = -239, x_cursor = -240,
                              pointer_pos = -232, extended_desktop_size = -308, desktop_name = -307,
                              cursor_with_alpha = -314, led_state = -261, qemu_extended_key = -258, qemu_audio = -259,
                              tight_png = -260, extended_clipboard = -1063131698, xvp = -309, fence = -312,
                              continuous_updates = -313, quality_0 = -32, quality_9 = -23, compress_0 = -256,
                              compress_9 = -247;
}

/// A fence's payload is at most so long, in both directions (community's rfbproto).
inline constexpr std::size_t longest_fence_bytes = 64;
/// The bytes that follow a cut text's length, in both directions; a negative length (extended clipboard) counts as its
/// absolute value.
constexpr std::uint32_t cut_text_bytes(std::uint32_t length) {
    return length > 0x7FFF'FFFF ? 0 - length : length;
}

}  // namespace pronto::wire
