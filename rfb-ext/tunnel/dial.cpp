#include "rfb-ext/tunnel/dial.hpp"

#include <netdb.h>
#include <stdexcept>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "rfb-ext/tunnel/lookup.hpp"

namespace pronto::tunnel {

namespace {

using asio::ip::tcp;

asio::awaitable<Linked<tcp::socket>> connect(Route route, std::shared_ptr<Lifeline> line) {
    const Where looking_up = route.where("looking up its name");
    const auto endpoints = co_await look_up(route.hub.host, route.hub.port, line, route.times.step);
    if (!endpoints && endpoints.error() == asio::error::timed_out) co_return timed_out(looking_up);
    if (!endpoints) {
        const bool later = endpoints.error() == ErrorCode(EAI_AGAIN, asio::error::get_addrinfo_category());
        co_return unknown_name(looking_up, later);
    }

    const Where connecting = route.where("connecting");
    const auto executor = co_await asio::this_coro::executor;
    tcp::socket socket(executor);
    const Step step(executor, line, route.times.step, [&socket] {
        ErrorCode ignored;
        socket.close(ignored);
    });
    ErrorCode last = asio::error::host_not_found;
    for (const auto& endpoint : *endpoints) {
        if (line->is_cut() || step.is_missed()) break;
        ErrorCode ignored;
        socket.close(ignored);
        const auto token = asio::as_tuple(asio::use_awaitable);
        const auto [error] = co_await socket.async_connect(endpoint, token);
        last = error;
        if (!error) break;
    }
    if (step.is_missed()) co_return timed_out(connecting);
    if (last) co_return unreachable(connecting, last.message());
    ErrorCode ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    co_return std::move(socket);
}

/// A name that cannot stand in a certificate is the user's mistake, not an exception.
Result<Tls> tls_for(const Route& route) {
    try {
        return client_tls(route.tls, route.hub.host);
    } catch (const std::runtime_error&) {
        return ErrorCode(boost::system::errc::make_error_code(boost::system::errc::invalid_argument));
    }
}

LinkFailure why_no_tls(const Route& route, const TlsStream& stream, const ErrorCode& error) {
    const Where where = route.where("setting up TLS");
    const std::string doubt = why_untrusted(stream.native_handle());
    const auto presented = presented_pin(stream.native_handle());
    if (!doubt.empty() && presented) return untrusted(where, presented, route.pinned, doubt);
    return not_a_hub(where, in_words(error));
}

}  // namespace

asio::awaitable<Linked<TlsStream>> dial(Route route, std::shared_ptr<Lifeline> line) {
    auto socket = co_await connect(route, line);
    if (!socket) co_return socket.error();
    auto tls = tls_for(route);
    if (!tls) co_return unreachable(route.where("setting up TLS"), "this is not the name of a computer");
    TlsStream stream(std::move(*socket), std::move(*tls));
    const Step step(stream.get_executor(), line, route.times.step, [&stream] { stream.close(); });
    const auto shaken = co_await stream.handshake(TlsStream::Role::client);
    if (step.is_missed()) co_return timed_out(route.where("setting up TLS"));
    if (!shaken) co_return why_no_tls(route, stream, shaken.error());
    co_return std::move(stream);
}

}  // namespace pronto::tunnel
