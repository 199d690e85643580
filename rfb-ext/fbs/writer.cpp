#include "rfb-ext/fbs/writer.hpp"

#include <algorithm>
#include <cassert>

namespace pronto::fbs {

namespace {

constexpr std::string_view signature = "FBS 001.000\n";
constexpr std::string_view version = "RFB 003.003\n";
constexpr std::uint32_t security_none = 1;
/// ServerInit without its name (RFC 6143 section 7.3.2).
constexpr std::size_t fixed_init_bytes = 24;

void append_block(Bytes& to, ByteView data, std::uint32_t at_ms) {
    append_u32(to, static_cast<std::uint32_t>(data.size()));
    append(to, data);
    to.resize(to.size() + (4 - data.size() % 4) % 4, 0);
    append_u32(to, at_ms);
}

}  // namespace

void append_header(Bytes& to, const wire::ServerInit& init) {
    wire::ServerInit named = init;
    if (named.name.empty()) named.name = "Pronto";
    const Bytes message = wire::write(named);
    const ByteView whole(message);
    append(to, as_bytes(signature));
    append_block(to, as_bytes(version), 0);
    Bytes security;
    append_u32(security, security_none);
    append_block(to, security, 0);
    append_block(to, whole.first(fixed_init_bytes), 0);
    append_block(to, whole.subspan(fixed_init_bytes), 0);
}

void append_blocks(Bytes& to, ByteView data, std::uint32_t at_ms) {
    assert(!data.empty());
    for (; !data.empty(); data = data.subspan(std::min(data.size(), longest_block_bytes)))
        append_block(to, data.first(std::min(data.size(), longest_block_bytes)), at_ms);
}

std::uint64_t blocks_bytes(std::uint64_t message_bytes) {
    const std::uint64_t blocks = (message_bytes + longest_block_bytes - 1) / longest_block_bytes;
    return (message_bytes + 3) / 4 * 4 + blocks * 8;  // only the last one can need padding
}

}  // namespace pronto::fbs
