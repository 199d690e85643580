#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "repeater/net/listener.hpp"
#include "repeater/standard/reception.hpp"

namespace pronto::standard {

/// The ports for standard VNC programs, bound when this is made.
class Ports {
public:
    struct Numbers {
        std::uint16_t viewer = 0;    ///< 0: none, as for the others
        std::uint16_t repeater = 0;
        std::uint16_t server = 0;
    };
    Ports() = default;
    /// Throws std::runtime_error naming the port and what to do about it.
    Ports(net::RelayThreads& threads, const std::string& address, Numbers numbers);
    void start(std::shared_ptr<const Reception> reception);
    void close();

private:
    using Serve = asio::awaitable<void> (*)(asio::ip::tcp::socket, std::string, net::Admission::Place, std::shared_ptr<const Reception>);
    struct Port {
        std::unique_ptr<net::Listener> listener;
        Serve serve = nullptr;
    };
    std::vector<Port> ports_;
};

}  // namespace pronto::standard
