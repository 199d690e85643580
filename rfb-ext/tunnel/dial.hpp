#pragma once

#include "rfb-ext/tunnel/lifeline.hpp"
#include "rfb-ext/tunnel/link_failure.hpp"
#include "rfb-ext/tunnel/tls_stream.hpp"

namespace pronto::tunnel {

/// One step of getting to a hub, as it ended: for reports.
struct DialStep {
    enum class Kind { name, port, proxy, proxy_password, tls };
    Kind kind = Kind::name;
    std::string what;  ///< "hub.example", "hub.example:443", "http://proxy.example:3128"
    Millis took{};
    bool done = true;
    std::string detail;  ///< what was found ("192.0.2.7", "TLSv1.3, the pinned key"), or why it failed
};

/// What every connection to the hub needs to know.
struct Route {
    HubAddress hub;
    SSL_CTX* tls = nullptr;
    bool pinned = false;
    LinkTimes times;
    std::function<void(const DialStep&)> heard = {};  ///< each step of dial(), on its thread
    Where where(std::string step) const { return {hub, std::move(step), times.step}; }
};

/// Name, connection, TLS: a stream to a hub that is trusted. The one place that knows how to get to a hub.
asio::awaitable<Linked<TlsStream>> dial(Route route, std::shared_ptr<Lifeline> line);

}  // namespace pronto::tunnel
