#pragma once

#include "rfb-ext/tunnel/hub_http.hpp"

namespace pronto::tunnel {

/// Joins a stream of the hub to a fresh local descriptor, as HubLink::open_stream says.
struct BridgeCalls {
    std::function<void(int fd)> ready;
    std::function<void(const LinkFailure&)> failure;
};

/// The preface, `calls.ready` or `calls.failure`, and then bytes both ways until either side ends or the line is cut.
asio::awaitable<void> bridge(Route route, std::shared_ptr<Lifeline> line, Upgraded stream, Preface preface, BridgeCalls calls);

}  // namespace pronto::tunnel
