#pragma once

#include "rfb-ext/tunnel/lifeline.hpp"
#include "rfb-ext/tunnel/link_failure.hpp"
#include "rfb-ext/tunnel/tls_stream.hpp"

namespace pronto::tunnel {

/// What every connection to the hub needs to know.
struct Route {
    HubAddress hub;
    SSL_CTX* tls = nullptr;
    bool pinned = false;
    LinkTimes times;
    Where where(std::string step) const { return {hub, std::move(step), times.step}; }
};

/// Name, connection, TLS: a stream to a hub that is trusted. The one place that knows how to get to a hub.
asio::awaitable<Linked<TlsStream>> dial(Route route, std::shared_ptr<Lifeline> line);

}  // namespace pronto::tunnel
