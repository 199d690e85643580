#pragma once

#include <cstdint>
#include <string>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/wire/types.hpp"

namespace pronto::fbs {

/// FBS 001.000 (rfbproxy): the bytes of a movie file, appended to a buffer that the caller writes out. A block is
/// length, data, zero padding to four, milliseconds since the start; never empty, time never goes back.
/// The longest block we write; a longer update becomes several with one time stamp.
inline constexpr std::size_t longest_block_bytes = 256 * 1024;

/// "FBS 001.000\n" and the stream's start in the four blocks some readers need: "RFB 003.003\n", security type 1,
/// ServerInit's fixed part, its name (an empty one becomes "Pronto").
void append_header(Bytes& to, const wire::ServerInit& init);
/// One message (or more) as blocks at `at_ms`. `data` is not empty.
void append_blocks(Bytes& to, ByteView data, std::uint32_t at_ms);
/// How long the blocks of a message of so many bytes are, as append_blocks writes them.
std::uint64_t blocks_bytes(std::uint64_t message_bytes);

}  // namespace pronto::fbs
