#include "tests/bench/relay/dialling.hpp"

#include <stdexcept>

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace pronto::bench {

namespace asio = boost::asio;
using asio::ip::tcp;
using tunnel::TlsStream;

asio::awaitable<std::shared_ptr<TlsStream>> dial_loopback(std::uint16_t port, SSL_CTX* context) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::socket socket(executor);
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    co_await socket.async_connect(endpoint, asio::use_awaitable);
    socket.set_option(tcp::no_delay(true));
    auto stream = std::make_shared<TlsStream>(std::move(socket), tunnel::client_tls(context, "localhost"));
    const auto secured = co_await stream->handshake(TlsStream::Role::client);
    if (secured.has_error()) throw std::runtime_error("TLS failed: " + secured.error().message());
    co_return stream;
}

}  // namespace pronto::bench
