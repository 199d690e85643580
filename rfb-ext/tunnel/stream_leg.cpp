#include "rfb-ext/tunnel/stream_leg.hpp"

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/websocket.hpp>

#include "rfb-ext/base/version.hpp"
#include "rfb-ext/tunnel/hub_answer.hpp"
#include "rfb-ext/tunnel/tls_stream_beast.hpp"

namespace pronto::tunnel {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

constexpr std::size_t longest_message = 1 << 20;  // as the hub's own limit for what we send

}  // namespace

class StreamLeg::Messages {
public:
    explicit Messages(TlsStream stream) : socket(std::move(stream)) {
        socket.binary(true);
        socket.auto_fragment(false);
        socket.read_message_max(longest_message);
    }

    static asio::awaitable<Result<std::size_t>> read(std::shared_ptr<Messages> self, std::span<Byte> into) {
        const auto completion = asio::as_tuple(asio::use_awaitable);
        const auto room = asio::buffer(into.data(), into.size());
        for (;;) {
            const auto [error, got] = co_await self->socket.async_read_some(room, completion);
            if (error == websocket::error::closed) co_return ErrorCode(asio::error::eof);
            if (error) co_return error;
            if (!self->socket.got_binary()) co_return make_error_code(boost::system::errc::protocol_error);
            if (got) co_return got;  // an empty message is nobody's end
        }
    }

    static asio::awaitable<Result<void>> write(std::shared_ptr<Messages> self, ByteView all) {
        const auto completion = asio::as_tuple(asio::use_awaitable);
        const auto data = asio::buffer(all.data(), all.size());
        const auto [error, sent] = co_await self->socket.async_write(data, completion);
        if (error) co_return error;
        co_return Result<void>();
    }

    static asio::awaitable<void> say_goodbye(std::shared_ptr<Messages> self) {
        const websocket::close_reason reason(websocket::close_code::normal);
        const auto completion = asio::as_tuple(asio::use_awaitable);
        co_await self->socket.async_close(reason, completion);
    }

    websocket::stream<TlsStream, false> socket;
    bool closing = false;
};

StreamLeg::StreamLeg(TlsStream raw) : raw_(std::move(raw)) {}
StreamLeg::StreamLeg(std::shared_ptr<Messages> messages) : messages_(std::move(messages)) {}

asio::awaitable<Result<std::size_t>> StreamLeg::read(std::span<Byte> into) {
    return raw_ ? raw_->read(into) : Messages::read(messages_, into);
}

asio::awaitable<Result<void>> StreamLeg::write(ByteView all) {
    return raw_ ? raw_->write(all) : Messages::write(messages_, all);
}

void StreamLeg::close_gracefully() {
    if (raw_) return raw_->close_gracefully();
    if (std::exchange(messages_->closing, true)) return;
    asio::co_spawn(get_executor(), Messages::say_goodbye(messages_), rethrow);
}

void StreamLeg::close() {
    if (raw_) return raw_->close();
    messages_->closing = true;
    messages_->socket.next_layer().close();
}

asio::any_io_executor StreamLeg::get_executor() const {
    return raw_ ? raw_->get_executor() : messages_->socket.next_layer().get_executor();
}

const TlsStream::Socket& StreamLeg::next_layer() const {
    return raw_ ? raw_->next_layer() : messages_->socket.next_layer().next_layer();
}

asio::awaitable<Linked<StreamLeg>> upgrade_to_messages(Route route, std::shared_ptr<Lifeline> line, std::string target,
                                                       Secret token) {
    auto stream = co_await dial(route, line);
    if (!stream) co_return stream.error();
    const Where where = route.where("opening the stream by WebSocket");
    const auto messages = std::make_shared<StreamLeg::Messages>(std::move(*stream));
    auto& socket = messages->socket;
    const Step step(socket.get_executor(), line, route.times.step,
                    [messages] { messages->socket.next_layer().close(); });
    socket.set_option(websocket::stream_base::decorator([token](websocket::request_type& request) {
        request.set(http::field::user_agent, fmt::format("pronto/{}", version));
        request.set(http::field::authorization, "Bearer " + token.text());
    }));
    websocket::response_type answer;
    const std::string host = to_text(route.hub);
    const auto completion = asio::as_tuple(asio::use_awaitable);
    const auto [error] = co_await socket.async_handshake(answer, host, target, completion);
    socket.set_option(
        websocket::stream_base::decorator([](websocket::request_type&) {}));  // the other one holds the token
    if (step.is_missed()) co_return timed_out(where);
    if (error == websocket::error::upgrade_declined) co_return failure_in(where, answer.result_int(), answer.body());
    if (error.category() == websocket::make_error_code(websocket::error::closed).category())
        co_return not_a_hub(where, error.message());
    if (error) co_return lost(where, in_words(error));
    co_return StreamLeg(messages);
}

}  // namespace pronto::tunnel
