#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "tests/bench/relay/dialling.hpp"
#include "tests/bench/relay/pairs.hpp"

namespace pronto::bench {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using tunnel::TlsStream;

class FrontPairs final : public Pairs {
public:
    FrontPairs(tunnel::HubAddress front, std::uint16_t back_port, const std::filesystem::path& certificate,
               const std::filesystem::path& key)
        : front_(std::move(front)),
          back_port_(back_port),
          server_(tunnel::server_context(certificate, key)),
          client_(tunnel::client_context({{tunnel::pin_of_certificate(certificate)}})) {}

    Pair make(asio::io_context& hosts, asio::io_context& viewers) override {
        if (!acceptor_)
            acceptor_.emplace(hosts, tcp::endpoint(asio::ip::address_v4::loopback(), back_port_));
        auto host = asio::co_spawn(hosts, accept(), asio::use_future);
        auto viewer = asio::co_spawn(viewers, dial_loopback(front_.port, client_.get()), asio::use_future);
        return {host.get(), viewer.get()};
    }

private:
    using Stream = std::shared_ptr<TlsStream>;

    asio::awaitable<Stream> accept() {
        auto socket = co_await acceptor_->async_accept(asio::use_awaitable);
        socket.set_option(tcp::no_delay(true));
        auto stream = std::make_shared<TlsStream>(std::move(socket), tunnel::server_tls(server_.get()));
        const auto secured = co_await stream->handshake(TlsStream::Role::server);
        if (secured.has_error()) throw std::runtime_error("the front's TLS failed: " + secured.error().message());
        co_return stream;
    }

    const tunnel::HubAddress front_;
    const std::uint16_t back_port_;
    tunnel::TlsContext server_;
    tunnel::TlsContext client_;
    std::optional<tcp::acceptor> acceptor_;
};

}  // namespace

std::unique_ptr<Pairs> pairs_through_front(const tunnel::HubAddress& front, std::uint16_t back_port,
                                           const std::filesystem::path& certificate, const std::filesystem::path& key) {
    return std::make_unique<FrontPairs>(front, back_port, certificate, key);
}

}  // namespace pronto::bench
