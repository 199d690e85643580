#pragma once

#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "rfb-ext/tunnel/lifeline.hpp"

namespace pronto::tunnel {

/// The addresses of `host`, or the resolver's reason (category asio::error::get_addrinfo_category()); timed_out after
/// `limit`, operation_aborted when the line is cut.
///
/// Asio's own resolver cannot be given up: its io_context waits for getaddrinfo when it is destroyed, and so a program
/// could not end for half a minute when a name server does not answer.
asio::awaitable<Result<std::vector<asio::ip::tcp::endpoint>>> look_up(std::string host, std::uint16_t port,
                                                                     std::shared_ptr<Lifeline> line, Millis limit);

}  // namespace pronto::tunnel
