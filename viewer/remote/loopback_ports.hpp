#pragma once

#include <cstdint>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace pronto::viewer {

/// Listens on a port of 127.0.0.1 and the same one of ::1, where there is IPv6; 0 is any that is free on both. Throws
/// std::runtime_error naming the port and why it cannot be used.
std::vector<boost::asio::ip::tcp::acceptor> listen_on_loopback(boost::asio::io_context& thread, std::uint16_t port);
/// Throws likewise if that would fail now.
void check_loopback_port(std::uint16_t port);

}  // namespace pronto::viewer
