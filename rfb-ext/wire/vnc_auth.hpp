#pragma once

#include <array>
#include <string_view>

#include "rfb-ext/base/bytes.hpp"

/// VNC authentication (security type 2, RFC 6143 section 7.2.2). It counts the first 8 bytes of a password only, and
/// whoever reads challenge and response can find them out by trying: for passwords of one use, or inside TLS.
namespace pronto::wire {

inline constexpr std::size_t challenge_bytes = 16;
using Challenge = std::array<Byte, challenge_bytes>;
using ChallengeResponse = std::array<Byte, challenge_bytes>;

/// A fresh one for each connection: a challenge that comes again can be answered with a response that was overheard.
Challenge random_challenge();
/// The challenge, encrypted with DES by the password: its first 8 bytes padded with zeros, the bits of each in reverse
/// order (which the RFC does not say, and every implementation does). Throws std::runtime_error if OpenSSL has no DES.
ChallengeResponse vnc_response(const Challenge& challenge, std::string_view password);
/// Takes the same time wherever the two differ.
bool response_matches(const Challenge& challenge, const ChallengeResponse& response, std::string_view password);

}  // namespace pronto::wire
