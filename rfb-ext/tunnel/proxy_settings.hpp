#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rfb-ext/tunnel/network.hpp"

namespace pronto::tunnel {

/// A proxy as people and systems write it.
struct ProxyAddress {
    enum class Kind { http, https, socks5 };
    Kind kind = Kind::http;
    std::string host;
    std::uint16_t port = 0;
    bool operator==(const ProxyAddress&) const = default;
};
/// "http://proxy.example:3128"; without a scheme it is http, without a port 80, 443 or 1080 by the scheme. Throws
/// std::runtime_error with the right form. A user or password inside is refused: addresses are shown and logged.
ProxyAddress parse_proxy_address(std::string_view text);
/// The whole form: "socks5://[::1]:1080".
std::string to_text(const ProxyAddress& proxy);

struct ProxyLogin {
    std::string user;  ///< empty: none was given
    Secret password;
};

/// What `--proxy` and `[network] proxy` say: "system", "none", or a proxy's address. Throws std::runtime_error with the
/// right form. User and password are the caller's to fill in.
ProxySettings parse_proxy(std::string_view text);

}  // namespace pronto::tunnel
