#pragma once

#include <memory>
#include <string>
#include <utility>

#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/tunnel/hub_address.hpp"
#include "rfb-ext/tunnel/proxy_settings.hpp"

namespace pronto::tunnel {

/// A descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();
    int number() const { return number_; }
    int release() { return std::exchange(number_, -1); }

private:
    int number_;
};

/// What asking a proxy for a connection came to.
struct ProxyAnswer {
    enum class Outcome {
        open,
        unreachable,     ///< the proxy itself: name, route, port
        untrusted,       ///< an https proxy whose certificate nobody vouches for
        refused,         ///< it does not connect us: `status`, if it gave one
        wants_password,  ///< and none was given
        wrong_password,
        wants_another_login,  ///< no password of ours would help: `words` are the ways it offers
        broken,  ///< it ended the connection, or speaks something else
    };
    Outcome outcome = Outcome::broken;
    unsigned status = 0;    ///< HTTP's, of its last answer
    std::string words;      ///< its own or libcurl's, presentable
    Descriptor connection;  ///< open: to the hub. A TCP socket, or for https proxies one end of a local pair
};

/// A connection through a proxy by libcurl: CONNECT with whatever log-in the proxy asks for (Basic, Digest, NTLM,
/// Negotiate), or SOCKS5 with the hub's name resolved by the proxy. Nothing is taken from the environment; nothing is
/// redirected.
class ProxyTunnel {
public:
    ProxyTunnel(ProxyAddress proxy, ProxyLogin login, HubAddress hub);
    ~ProxyTunnel();
    ProxyTunnel(const ProxyTunnel&) = delete;
    ProxyTunnel& operator=(const ProxyTunnel&) = delete;
    /// Blocks; once.
    ProxyAnswer run();
    /// From any thread: run() returns soon.
    void give_up();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto::tunnel
