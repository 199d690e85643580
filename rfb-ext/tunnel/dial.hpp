#pragma once

#include "rfb-ext/tunnel/lifeline.hpp"
#include "rfb-ext/tunnel/link_failure.hpp"
#include "rfb-ext/tunnel/tls_stream.hpp"
#include "rfb-ext/tunnel/ways.hpp"

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

class Stopwatch {
public:
    Millis elapsed() const { return std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - begun_); }

private:
    SteadyTime begun_ = std::chrono::steady_clock::now();
};

/// What every connection to the hub needs to know.
struct Route {
    HubAddress hub;
    SSL_CTX* tls = nullptr;
    bool pinned = false;
    LinkTimes times;
    std::function<void(const DialStep&)> heard = {};  ///< each step of dial(), on its thread
    std::shared_ptr<Ways> ways = {};  ///< proxies, and what worked last; none: straight to the hub's own port, and no other
    Where where(std::string step) const { return {hub, std::move(step), times.step}; }
    void tell(const DialStep& step) const {
        if (heard) heard(step);
    }
    void tell(DialStep::Kind kind, std::string what, Millis took, bool done, std::string detail) const {
        tell({kind, std::move(what), took, done, std::move(detail)});
    }
};

/// Proxy, name, connection, TLS: a stream to a hub that is trusted. The one place that knows how to get to a hub: the way
/// that worked last in this network, then each proxy of the settings and each port in turn, all together within three of the
/// route's steps. The failure is that of the first way with what else was tried, or the one that somebody must act on: a key
/// that is not trusted at the configured port, a proxy's password.
asio::awaitable<Linked<TlsStream>> dial(Route route, std::shared_ptr<Lifeline> line);

}  // namespace pronto::tunnel
