#pragma once

#include <string>
#include <vector>

#include "rfb-ext/tunnel/hub_address.hpp"
#include "rfb-ext/tunnel/proxy_settings.hpp"

namespace pronto::tunnel {

struct SystemProxy {
    std::string address;  ///< as to_text(ProxyAddress); empty: straight
    ProxyLogin login;     ///< if the settings hold one
};

/// The proxies that this computer's settings (environment, desktop, PAC) name for the hub, in turn. Never empty. Blocks as
/// long as a PAC file's server does not answer.
std::vector<SystemProxy> system_proxies(const HubAddress& hub);

/// What a list in libproxy's words comes to: what is no proxy we can use is left out with a warning, and nothing left means
/// straight. "http://user:password@proxy:3128" is how environments hold a log-in (percent-encoded).
std::vector<SystemProxy> usable_proxies(const std::vector<std::string>& found);

/// "localhost", 127.0.0.0/8, ::1: never through the system's proxy.
bool is_this_computer(const std::string& host);

}  // namespace pronto::tunnel
