#pragma once

#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>

#include "rfb-ext/tunnel/tls_stream.hpp"

/// Lets Beast's WebSocket end a TlsStream: it finds these by argument-dependent lookup. Both say goodbye as far as that needs
/// no waiting; the peer's own close_notify is not awaited (RFC 8446 section 6.1 does not ask for it).
namespace pronto::tunnel {

inline void teardown(boost::beast::role_type, TlsStream& stream, ErrorCode& error) {
    error = {};
    stream.close_gracefully();
}

template <class Handler>
void async_teardown(boost::beast::role_type, TlsStream& stream, Handler&& handler) {
    stream.close_gracefully();
    asio::post(stream.get_executor(), boost::beast::bind_front_handler(std::forward<Handler>(handler), ErrorCode()));
}

}  // namespace pronto::tunnel
