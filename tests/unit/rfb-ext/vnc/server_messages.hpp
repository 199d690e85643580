#pragma once

#include <vector>

#include <zlib.h>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/base/geometry.hpp"

/// Server messages made by hand, for tests of what reads them.
namespace pronto::test {

inline Bytes bytes(std::initializer_list<unsigned> values) {
    Bytes made;
    for (const unsigned value : values) append_u8(made, value);
    return made;
}

inline Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const Bytes& part : parts) append(all, part);
    return all;
}

inline Bytes rectangle(const Rect& area, std::int32_t encoding, const Bytes& data) {
    Bytes made;
    for (const int value : {area.x, area.y, area.width, area.height}) append_u16(made, static_cast<unsigned>(value));
    append_u32(made, static_cast<std::uint32_t>(encoding));
    append(made, data);
    return made;
}

/// A FramebufferUpdate; `count` if it is not to be the number of rectangles.
inline Bytes update(const std::vector<Bytes>& rectangles, int count = -1) {
    Bytes made{0, 0};
    append_u16(made, count < 0 ? static_cast<unsigned>(rectangles.size()) : static_cast<unsigned>(count));
    for (const Bytes& one : rectangles) append(made, one);
    return made;
}

/// 32 bits, little-endian, 16/8/0.
inline Bytes pixel(std::uint32_t rgb) {
    return bytes({rgb & 255, rgb >> 8 & 255, rgb >> 16 & 255, 0});
}

inline Bytes compact_length(std::size_t length) {
    Bytes made;
    append_u8(made, static_cast<unsigned>(length & 0x7F) | (length > 0x7F ? 0x80 : 0));
    if (length > 0x7F) append_u8(made, static_cast<unsigned>(length >> 7 & 0x7F) | (length > 0x3FFF ? 0x80 : 0));
    if (length > 0x3FFF) append_u8(made, static_cast<unsigned>(length >> 14));
    return made;
}

/// One of Tight's zlib streams, the sender's side.
class Deflater {
public:
    Deflater() { deflateInit(&zlib_, 6); }
    ~Deflater() { deflateEnd(&zlib_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    /// With its length in front, as Tight sends it.
    Bytes operator()(Bytes plain) {
        Bytes out(plain.size() * 2 + 1000);
        zlib_.next_in = plain.data();
        zlib_.avail_in = static_cast<uInt>(plain.size());
        zlib_.next_out = out.data();
        zlib_.avail_out = static_cast<uInt>(out.size());
        deflate(&zlib_, Z_SYNC_FLUSH);
        out.erase(out.end() - static_cast<std::ptrdiff_t>(zlib_.avail_out), out.end());
        return joined({compact_length(out.size()), out});
    }

private:
    z_stream zlib_{};
};

}  // namespace pronto::test
