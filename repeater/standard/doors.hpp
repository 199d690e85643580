#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "repeater/standard/reception.hpp"

namespace pronto::standard {

// One connection each, from its first byte, on its own thread. `place` counts it among those that have not proved
// themselves, until they have.

/// A server that registers itself (UltraVNC's repeater protocol, mode II; by custom port 5500): waits, for days if it must,
/// until an operator wants it.
asio::awaitable<void> serve_server(asio::ip::tcp::socket socket, std::string address, net::Admission::Place place,
                                   std::shared_ptr<const Reception> reception);
/// A viewer that is greeted as by any VNC server (5900): VeNCrypt with an operator's password, or a one-time pass.
asio::awaitable<void> serve_viewer(asio::ip::tcp::socket socket, std::string address, net::Admission::Place place,
                                   std::shared_ptr<const Reception> reception);
/// A viewer that knows UltraVNC's repeater (5901): mode II with a one-time number; mode I where that is allowed.
asio::awaitable<void> serve_repeater_viewer(asio::ip::tcp::socket socket, std::string address, net::Admission::Place place,
                                            std::shared_ptr<const Reception> reception);

}  // namespace pronto::standard
