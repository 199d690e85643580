#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace pronto {

using Byte = std::uint8_t;
using Bytes = std::vector<Byte>;
using ByteView = std::span<const Byte>;

inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const Byte*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Network byte order, as everything in RFB is (RFC 6143 section 7).
inline std::uint16_t load_u16(const Byte* at) { return static_cast<std::uint16_t>(at[0] << 8 | at[1]); }
inline std::uint32_t load_u32(const Byte* at) {
    return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}
inline void append_u8(Bytes& to, unsigned value) { to.push_back(static_cast<Byte>(value)); }
inline void append_u16(Bytes& to, unsigned value) {
    append_u8(to, value >> 8);
    append_u8(to, value);
}
inline void append_u32(Bytes& to, std::uint32_t value) {
    append_u16(to, value >> 16);
    append_u16(to, value & 0xFFFF);
}
inline void append(Bytes& to, ByteView more) { to.insert(to.end(), more.begin(), more.end()); }

}  // namespace pronto
