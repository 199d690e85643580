#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "repeater/net/doorway.hpp"

namespace pronto::net {

bool is_trusted_proxy(const std::string& address, const Doorway& door);

/// One connection from its first byte: TLS, HTTP requests, and what they upgrade to (control channel or stream).
asio::awaitable<void> serve_connection(asio::ip::tcp::socket socket, std::string address, Admission::Place place,
                                       std::shared_ptr<const Doorway> door);

}  // namespace pronto::net
