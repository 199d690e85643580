#pragma once

#include <cstdint>
#include <string>

namespace pronto::viewer {

/// Where a VNC viewer of this computer finds a session's screen: 127.0.0.1 and, where there is IPv6, ::1.
struct BridgePlace {
    std::uint16_t port = 0;
    std::string pass;  ///< 8 characters: good for one log-in by VNC authentication

    bool operator==(const BridgePlace&) const = default;
};

}  // namespace pronto::viewer
