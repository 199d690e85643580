#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rfb-ext/base/random.hpp"
#include "rfb-ext/base/result.hpp"

namespace pronto::tunnel {

/// SHA-256 of the hub's public key (its SubjectPublicKeyInfo in DER), written "sha256:<64 hex digits>".
using Pin = Sha256;
/// Throws std::runtime_error with the right form if `text` is not a pin.
Pin parse_pin(std::string_view text);
std::string to_text(const Pin& pin);

struct HubAddress {
    std::string host;
    std::uint16_t port = 443;
    bool operator==(const HubAddress&) const = default;
};
/// "hub.example", "hub.example:8443", "[::1]:443". Throws std::runtime_error if `text` is none of these.
HubAddress parse_hub_address(std::string_view text, std::uint16_t fallback_port = 443);
std::string to_text(const HubAddress& address);

/// With pins: a hub with one of these keys and no other. Without: the system's authorities and the host name.
struct Trust {
    std::vector<Pin> pins;
};

}  // namespace pronto::tunnel
