#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/wire/types.hpp"

/// Writes RFB messages as a peer would, for tests and seeds of fuzz targets.
namespace pronto::wire::test {

class Sent {
public:
    Sent& u8(unsigned value) { return append_u8(bytes_, value), *this; }
    Sent& u16(unsigned value) { return append_u16(bytes_, value), *this; }
    Sent& u32(std::uint32_t value) { return append_u32(bytes_, value), *this; }
    Sent& s32(std::int32_t value) { return u32(static_cast<std::uint32_t>(value)); }
    /// Bytes whose value must not matter; 0xEE is no message type, encoding or plausible length.
    Sent& any(std::size_t count) { return bytes_.insert(bytes_.end(), count, Byte{0xEE}), *this; }
    Sent& text(std::string_view text) { return append(bytes_, as_bytes(text)), *this; }
    Sent& then(const Bytes& more) { return append(bytes_, more), *this; }
    operator Bytes() const { return bytes_; }

private:
    Bytes bytes_;
};

inline Bytes rectangle(const Rect& at, std::int32_t encoding, const Bytes& body = {}) {
    Sent out;
    for (const int value : {at.x, at.y, at.width, at.height}) out.u16(static_cast<unsigned>(value));
    return out.s32(encoding).then(body);
}

inline Bytes update_of(unsigned count, const std::vector<Bytes>& rectangles) {
    Sent out;
    out.u8(server::update).u8(0).u16(count);
    for (const auto& one : rectangles) out.then(one);
    return out;
}

inline Bytes update(const std::vector<Bytes>& rectangles) {
    return update_of(static_cast<unsigned>(rectangles.size()), rectangles);
}

inline Bytes bell() {
    return {server::bell};
}

inline Bytes server_cut_text(std::string_view text) {
    return Sent().u8(server::cut_text).any(3).u32(static_cast<std::uint32_t>(text.size())).text(text);
}

inline Bytes extended_cut_text(int type, std::size_t bytes) {
    return Sent().u8(static_cast<unsigned>(type)).any(3).s32(-static_cast<std::int32_t>(bytes)).any(bytes);
}

inline Bytes colour_map(unsigned first, unsigned count) {
    return Sent().u8(server::colour_map).u8(0).u16(first).u16(count).any(std::size_t{count} * 6);
}

/// Tight's length: seven bits, seven bits, eight bits.
inline Bytes compact(std::size_t length) {
    Bytes out;
    append_u8(out, static_cast<unsigned>(length & 0x7F) | (length > 0x7F ? 0x80U : 0U));
    if (length > 0x7F) append_u8(out, static_cast<unsigned>(length >> 7 & 0x7F) | (length > 0x3FFF ? 0x80U : 0U));
    if (length > 0x3FFF) append_u8(out, static_cast<unsigned>(length >> 14));
    return out;
}

inline Bytes compressed(std::size_t length) {
    return Sent().then(compact(length)).any(length);
}

/// A ServerInit of `width` x `height` in our own pixel format.
inline ServerInit screen_of(int width, int height) {
    return {{width, height}, PixelFormat{}, "desk"};
}

inline PixelFormat sixteen_bits() {
    return {16, 16, false, true, 31, 63, 31, 11, 5, 0};
}
inline PixelFormat colour_mapped() {
    return {8, 8, false, false, 0, 0, 0, 0, 0, 0};
}

/// Everything that ServerStream can be told.
inline std::vector<std::int32_t> all_encodings() {
    using namespace encoding;
    return {raw,
            copy_rect,
            hextile,
            tight,
            tight_png,
            rre,
            corre,
            zlib,
            zrle,
            trle,
            cursor,
            x_cursor,
            cursor_with_alpha,
            pointer_pos,
            last_rect,
            desktop_size,
            desktop_name,
            led_state,
            extended_desktop_size,
            qemu_extended_key,
            extended_clipboard,
            xvp,
            qemu_audio,
            fence,
            continuous_updates};
}

}  // namespace pronto::wire::test
