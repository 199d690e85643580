#pragma once

#include <string>
#include <vector>

#include "repeater/net/admission.hpp"
#include "repeater/net/http_handler.hpp"
#include "repeater/net/hub_thread.hpp"
#include "repeater/net/relay.hpp"
#include "repeater/net/relay_threads.hpp"
#include "rfb-ext/tunnel/tls_context.hpp"

namespace pronto::net {

/// What every connection of the hub needs; lives as long as the hub serves.
struct Doorway {
    SSL_CTX* tls = nullptr;
    HubThread* hub = nullptr;
    RelayThreads* threads = nullptr;
    HttpHandler http;
    OpenMovie open_movie;
    Admission* admission = nullptr;
    std::vector<std::string> trusted_proxies;  ///< addresses whose X-Forwarded-For counts
    Millis head_deadline{10'000};              ///< TLS and HTTP head together
};

}  // namespace pronto::net
