#pragma once

#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream_base.hpp>

namespace pronto::net {

/// A browser drops a channel whose answer names none of the subprotocols it offered: of "pronto" and the one that
/// carries its token, this names the first. Before `socket.async_accept(request)`.
template <class Socket, class Request>
void select_subprotocol(Socket& socket, const Request& request) {
    namespace beast = boost::beast;
    constexpr auto field = beast::http::field::sec_websocket_protocol;
    if (!beast::http::token_list(request[field]).exists("pronto")) return;
    socket.set_option(beast::websocket::stream_base::decorator(
        [](beast::websocket::response_type& answer) { answer.set(field, "pronto"); }));
}

}  // namespace pronto::net
