#pragma once

#include <array>
#include <string>

#include "rfb-ext/base/bytes.hpp"

namespace pronto {

using Sha256 = std::array<Byte, 32>;

/// Bytes from OpenSSL's CSPRNG, the only source of randomness in Pronto. Throws std::runtime_error if it cannot deliver.
Bytes random_bytes(std::size_t count);
/// An id that persists: "<node>-" and 16 hex digits.
std::string random_id(int node);
/// 256 random bits, base64url without padding: tokens of every kind.
std::string random_token();

Sha256 sha256(ByteView data);
/// Takes the same time wherever the two differ. Different lengths differ at once.
bool constant_time_equal(ByteView a, ByteView b);

}  // namespace pronto
