#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "repeater/net/relay_threads.hpp"

namespace pronto::net {

/// The peer's IP address as text, an IPv4 one also where the socket is IPv6; empty if it has gone.
std::string address_of(const asio::ip::tcp::socket& socket);

/// One listening port, bound when it is made; connections wait in the system's queue until start(). Its accept loop
/// does nothing but accept: each connection starts on the next relay thread.
class Listener {
public:
    /// Called on the socket's own thread.
    using Accepted = std::function<void(asio::ip::tcp::socket)>;

    /// Throws std::runtime_error naming the port and what to do about it, `setting` being where another is chosen. Port 0:
    /// any free one.
    Listener(RelayThreads& threads, const std::string& address, std::uint16_t port, const std::string& setting = "--port");
    /// Once.
    void start(Accepted accepted);
    ~Listener();
    std::uint16_t port() const { return port_; }
    /// Accepts nothing more once this returns: an accept under way holds a socket of another relay thread, which must not
    /// go before it. The threads must still run, unless it was closed before.
    void close();

private:
    struct Door;
    std::shared_ptr<Door> door_;
    std::uint16_t port_ = 0;
    bool accepting_ = false;
};

}  // namespace pronto::net
