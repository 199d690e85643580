#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "rfb-ext/tunnel/dial.hpp"
#include "rfb-ext/tunnel/proxy_tunnel.hpp"

namespace pronto::tunnel {

/// What one try to get a connection to the hub came to.
struct Connected {
    std::optional<asio::ip::tcp::socket> socket;
    LinkFailure failure{};        ///< where there is no socket
    bool same_elsewhere = false;  ///< the hub's other ports would fail alike on this way
};

/// Straight: its name, then whichever of its addresses answers first. Each step within `route.times.step`.
asio::awaitable<Connected> connect_straight(Route route, std::shared_ptr<Lifeline> line);
/// All of it within `route.times.step`. An https proxy's connection is a local socket in the TCP socket's clothes.
asio::awaitable<Connected> connect_through(Route route, std::shared_ptr<Lifeline> line, ProxyAddress proxy,
                                           ProxyLogin login);

}  // namespace pronto::tunnel
