#pragma once

#include "rfb-ext/tunnel/link_failure.hpp"
#include "rfb-ext/tunnel/proxy_tunnel.hpp"

namespace pronto::tunnel {

/// Why `proxy` gives no connection, with a remedy for whoever can help: the user or the people who run the proxy.
LinkFailure proxy_failure(const Where& where, const ProxyAddress& proxy, const ProxyAnswer& answer);
/// It did not answer in time.
LinkFailure proxy_silent(const Where& where, const ProxyAddress& proxy);

}  // namespace pronto::tunnel
