#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/websocket.hpp>

#include "repeater/net/leg.hpp"
#include "repeater/net/subprotocol.hpp"
#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/tunnel/tls_stream_beast.hpp"

namespace pronto::net {

namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr std::size_t longest_message = 1 << 20;

class WebSocketLeg final : public Leg {
public:
    WebSocketLeg(tunnel::TlsStream stream, std::string head) : socket_(std::move(stream)), head_(std::move(head)) {}

    asio::awaitable<Result<void>> accept() override {
        beast::http::request_parser<beast::http::empty_body> parser;
        ErrorCode error;
        parser.eager(false);
        parser.put(asio::buffer(head_), error);
        wipe(head_);  // held the token
        if (error) co_return error;
        socket_.binary(true);
        socket_.read_message_max(longest_message);
        const auto request = parser.release();
        select_subprotocol(socket_, request);
        const auto [problem] = co_await socket_.async_accept(request, asio::as_tuple(asio::use_awaitable));
        if (problem) co_return problem;
        co_return Result<void>();
    }

    asio::awaitable<Result<ByteView>> read() override {
        buffer_.consume(buffer_.size());
        const auto [problem, bytes] = co_await socket_.async_read_some(buffer_, read_bytes, asio::as_tuple(asio::use_awaitable));
        if (problem == websocket::error::closed) co_return asio::error::eof;
        if (problem) co_return problem;
        if (!socket_.got_binary()) co_return make_error_code(boost::system::errc::protocol_error);
        const auto data = buffer_.cdata();
        co_return ByteView(static_cast<const Byte*>(data.data()), data.size());
    }

    asio::awaitable<Result<void>> write(ByteView bytes) override {
        const Bytes waiting(bytes.begin(), bytes.end());
        const auto data = asio::buffer(waiting);
        const auto [problem, written] = co_await socket_.async_write(data, asio::as_tuple(asio::use_awaitable));
        if (problem) co_return problem;
        co_return Result<void>();
    }

    std::uint64_t taken() const override { return taken_by_peer(socket_.next_layer()); }

    void close() override {
        socket_.next_layer().close();
    }

private:
    websocket::stream<tunnel::TlsStream, false> socket_;
    std::string head_;
    beast::flat_buffer buffer_;
};

}  // namespace

std::unique_ptr<Leg> make_websocket_leg(tunnel::TlsStream stream, std::string head) {
    return std::make_unique<WebSocketLeg>(std::move(stream), std::move(head));
}

}  // namespace pronto::net
