#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

#include "rfb-ext/tunnel/tls_stream.hpp"

namespace pronto::bench {

/// TLS to a port of the loopback; throws if it fails.
boost::asio::awaitable<std::shared_ptr<tunnel::TlsStream>> dial_loopback(std::uint16_t port, SSL_CTX* context);

}  // namespace pronto::bench
