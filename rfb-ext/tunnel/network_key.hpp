#pragma once

#include <string>
#include <string_view>

namespace pronto::tunnel {

/// What the kernel's tables say about where this computer is (/proc/net/route, .../ipv6_route, .../arp).
struct NetworkTables {
    std::string routes, routes6, neighbours;
};
/// Names a network: the default route's gateway, the network of its interface and, where known, the gateway's hardware
/// address, as a hash (16 hex digits), so that a file with keys tells nobody where its owner has been. Empty without a
/// default route.
std::string network_key(const NetworkTables& tables);
/// As the kernel says now. Without a default route "none": a computer that only reaches its own network.
std::string network_key();

}  // namespace pronto::tunnel
