#include "rfb-ext/tunnel/hub_channel.hpp"

#include <deque>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <fmt/format.h>

#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/base/version.hpp"
#include "rfb-ext/control/codec.hpp"
#include "rfb-ext/tunnel/hub_answer.hpp"
#include "rfb-ext/tunnel/socket_options.hpp"
#include "rfb-ext/tunnel/tls_stream_beast.hpp"

namespace pronto::tunnel {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

constexpr std::size_t most_queued_bytes = 4 << 20;

class WebSocketChannel final : public HubChannel, public std::enable_shared_from_this<WebSocketChannel> {
public:
    WebSocketChannel(TlsStream stream, Route route)
        : socket_(std::move(stream)),
          route_(std::move(route)),
          patience_(route_.times.silence),
          silence_(socket_.get_executor(), [this] { cut(); }),
          goodbye_(socket_.get_executor(), [this] { cut(); }) {}

    asio::awaitable<Linked<bool>> upgrade(std::shared_ptr<WebSocketChannel> self, std::shared_ptr<Lifeline> line, Secret token);
    asio::awaitable<Linked<control::Envelope>> receive() override { return receive_next(shared_from_this()); }
    void send(std::string json) override;
    void expect_within(Millis silence) override { patience_ = silence; }
    std::optional<asio::ip::address> local_address() override {
        ErrorCode error;
        const auto end = socket_.next_layer().next_layer().local_endpoint(error);
        if (error) return std::nullopt;
        // Through an https proxy it is one end of a local pair: only an answer proves that the way beyond still is.
        if (end.data()->sa_family == AF_UNIX) return asio::ip::address_v4::loopback();
        return end.address();
    }
    asio::awaitable<void> say_goodbye() override { return close_after_queue(shared_from_this()); }
    void cut() override {
        cut_ = true;
        socket_.next_layer().close();
    }

private:
    static asio::awaitable<Linked<control::Envelope>> receive_next(std::shared_ptr<WebSocketChannel> self);
    static asio::awaitable<void> write_queue(std::shared_ptr<WebSocketChannel> self);
    static asio::awaitable<void> close_after_queue(std::shared_ptr<WebSocketChannel> self);
    LinkFailure why_ended(const ErrorCode& error) const;

    websocket::stream<TlsStream, false> socket_;
    Route route_;
    Millis patience_;
    beast::flat_buffer buffer_;
    Deadline silence_;
    Deadline goodbye_;
    std::deque<std::string> queue_;
    std::size_t queued_bytes_ = 0;
    bool writing_ = false;
    bool closing_ = false;
    bool cut_ = false;
};

asio::awaitable<Linked<bool>> WebSocketChannel::upgrade(std::shared_ptr<WebSocketChannel> self, std::shared_ptr<Lifeline> line,
                                                        Secret token) {
    const Where where = route_.where("opening the control channel");
    const Step step(socket_.get_executor(), line, route_.times.step, [self] { self->cut(); });
    socket_.read_message_max(control::longest_message_bytes);
    socket_.auto_fragment(false);
    socket_.text(true);
    socket_.set_option(websocket::stream_base::decorator([token](websocket::request_type& request) {
        request.set(http::field::user_agent, fmt::format("pronto/{}", version));
        if (!token.text().empty()) request.set(http::field::authorization, "Bearer " + token.text());
    }));
    websocket::response_type answer;
    const std::string host = to_text(route_.hub);
    const auto completion = asio::as_tuple(asio::use_awaitable);
    const auto [error] = co_await socket_.async_handshake(answer, host, "/api/v1/control", completion);
    socket_.set_option(websocket::stream_base::decorator([](websocket::request_type&) {}));  // the other one holds the token
    if (!error) co_return true;
    if (step.is_missed()) co_return timed_out(where);
    if (error == websocket::error::upgrade_declined) co_return failure_in(where, answer.result_int(), answer.body());
    const bool broken = error.category() == boost::system::system_category() || error == asio::error::eof ||
                        error == http::error::end_of_stream;
    if (broken) co_return lost(where, in_words(error));
    co_return not_a_hub(where, error.message());
}

LinkFailure WebSocketChannel::why_ended(const ErrorCode& error) const {
    const Where where = route_.where("control channel");
    if (silence_.is_missed())
        return lost(where, fmt::format("it said nothing for {:g} s", std::chrono::duration<double>(patience_).count()));
    if (error == websocket::error::closed) {
        const auto& reason = socket_.reason().reason;
        const std::string said = presentable({reason.data(), reason.size()}, 123);
        return lost(where, said.empty() ? "the hub closed it" : "the hub closed it: " + said);
    }
    if (error.category() == websocket::make_error_code(websocket::error::closed).category())
        return not_a_hub(where, error.message());
    return lost(where, in_words(error));
}

asio::awaitable<Linked<control::Envelope>> WebSocketChannel::receive_next(std::shared_ptr<WebSocketChannel> self) {
    for (;;) {
        self->silence_.set(self->patience_);
        self->buffer_.consume(self->buffer_.size());
        const auto completion = asio::as_tuple(asio::use_awaitable);
        const auto [error, bytes] = co_await self->socket_.async_read(self->buffer_, completion);
        if (error) {
            LinkFailure failure = self->why_ended(error);
            self->silence_.stop();
            co_return std::move(failure);
        }
        const auto data = self->buffer_.cdata();
        auto envelope = control::decode({static_cast<const char*>(data.data()), data.size()});
        if (envelope && std::holds_alternative<control::Ping>(envelope->message)) {
            control::Envelope pong{control::Pong{}, std::nullopt, envelope->id};
            self->send(control::encode(pong));
            continue;
        }
        if (envelope) co_return std::move(*envelope);
        if (envelope.error() == control::CodecError::unknown_type) continue;
        co_return not_a_hub(self->route_.where("control channel"), envelope.error().message());
    }
}

void WebSocketChannel::send(std::string json) {
    if (cut_ || closing_) return;
    queued_bytes_ += json.size();
    if (queued_bytes_ > most_queued_bytes) {
        log::warning("the hub does not read what it is sent: the control channel is cut");
        return cut();
    }
    queue_.push_back(std::move(json));
    if (std::exchange(writing_, true)) return;
    asio::co_spawn(socket_.get_executor(), write_queue(shared_from_this()), rethrow);
}

asio::awaitable<void> WebSocketChannel::write_queue(std::shared_ptr<WebSocketChannel> self) {
    while (!self->cut_ && !self->queue_.empty()) {
        const std::string json = std::move(self->queue_.front());
        self->queue_.pop_front();
        const auto data = asio::buffer(json);
        const auto completion = asio::as_tuple(asio::use_awaitable);
        const auto [error, bytes] = co_await self->socket_.async_write(data, completion);
        self->queued_bytes_ -= json.size();
        if (error) self->cut();
    }
    self->writing_ = false;
    if (!self->closing_ || self->cut_) co_return;
    const websocket::close_reason reason(websocket::close_code::normal);
    const auto completion = asio::as_tuple(asio::use_awaitable);
    co_await self->socket_.async_close(reason, completion);
    self->cut();
}

asio::awaitable<void> WebSocketChannel::close_after_queue(std::shared_ptr<WebSocketChannel> self) {
    if (self->cut_ || std::exchange(self->closing_, true)) co_return;
    self->goodbye_.set(self->route_.times.goodbye);
    if (!std::exchange(self->writing_, true)) co_await write_queue(self);
}

}  // namespace

asio::awaitable<Linked<std::shared_ptr<HubChannel>>> open_channel(Route route, std::shared_ptr<Lifeline> line, Secret token) {
    auto stream = co_await dial(route, line);
    if (!stream) co_return stream.error();
    set_control_socket_options(stream->next_layer().native_handle());
    const auto channel = std::make_shared<WebSocketChannel>(std::move(*stream), route);
    const auto upgraded = co_await channel->upgrade(channel, line, token);
    if (!upgraded) co_return upgraded.error();
    std::shared_ptr<HubChannel> opened = channel;
    co_return std::move(opened);
}

}  // namespace pronto::tunnel
