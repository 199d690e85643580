#pragma once

#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/base/clock.hpp"

namespace pronto::tunnel {

namespace asio = boost::asio;

/// Tells that this computer's network has changed: addresses, routes, links that came up or went down (rtnetlink(7)).
/// What comes and goes inside the computer (loopback, link-local addresses, a container's routes) is none of it. For
/// one thread.
class NetworkWatch {
public:
    /// `changed` comes once for what happens within `settling`, until the watch is destroyed. A system that does not
    /// tell is logged, and `changed` never comes.
    NetworkWatch(const asio::any_io_executor& executor, std::function<void()> changed, Millis settling = Millis(200));
    ~NetworkWatch();
    NetworkWatch(const NetworkWatch&) = delete;
    NetworkWatch& operator=(const NetworkWatch&) = delete;

private:
    class State;
    std::shared_ptr<State> state_;
};

/// Whether a link that is up has this address now.
bool has_address(const asio::ip::address& address);
/// Whether one of the kernel's messages says that a route to other computers came or went. Stops at what is cut short.
bool tells_of_a_route(ByteView datagram);

}  // namespace pronto::tunnel
