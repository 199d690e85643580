#include "repeater/net/control_channel.hpp"

#include <atomic>
#include <deque>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/websocket.hpp>

#include "repeater/net/deadline.hpp"
#include "repeater/net/subprotocol.hpp"
#include "repeater/net/turn.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/control/codec.hpp"
#include "rfb-ext/tunnel/socket_options.hpp"
#include "rfb-ext/tunnel/tls_stream_beast.hpp"

namespace pronto::net {

namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr Millis hello_deadline{10'000};
constexpr Millis goodbye_deadline{3'000};
constexpr std::size_t most_queued_bytes = 8 << 20;

/// How often the hub pings and how long it hears nothing before it gives a peer up (DESIGN.md, "One session").
struct Rhythm {
    Millis ping;
    Millis gone;
};
constexpr Rhythm idle_rhythm{Millis(20'000), Millis(60'000)};
constexpr Rhythm session_rhythm{Millis(5'000), Millis(15'000)};

/// The socket, its outgoing queue and its keep-alive; all on the socket's thread but the Channel interface.
class WebSocketChannel final : public Channel, public std::enable_shared_from_this<WebSocketChannel> {
public:
    explicit WebSocketChannel(tunnel::TlsStream stream)
        : socket_(std::move(stream)), ping_timer_(socket_.get_executor()) {}

    asio::awaitable<bool> accept(std::string head) {
        beast::http::request_parser<beast::http::empty_body> parser;
        ErrorCode error;
        parser.put(asio::buffer(head), error);
        wipe(head);  // held the token
        if (error) co_return false;
        socket_.auto_fragment(false);  // one message, one frame
        socket_.read_message_max(0);   // receive() has the limit, to say so before it closes
        const auto request = parser.release();
        select_subprotocol(socket_, request);
        const auto [problem] = co_await socket_.async_accept(request, asio::as_tuple(asio::use_awaitable));
        co_return !problem;
    }

    /// The next message; nothing when the channel has ended. What is not a message of ours ends it; an unknown type is skipped.
    asio::awaitable<std::optional<control::Envelope>> receive() {
        for (;;) {
            const bool whole = co_await read_message();
            if (!whole) co_return std::nullopt;
            const auto data = buffer_.cdata();
            const std::string_view text(static_cast<const char*>(data.data()), data.size());
            auto envelope = control::decode(text);
            if (envelope.has_value()) co_return std::move(envelope).value();
            if (envelope.error() == control::CodecError::unknown_type) continue;
            refuse(control::Code::bad_request, "The message was not understood: " + envelope.error().message() + ".");
            co_return std::nullopt;
        }
    }

    /// It ended because the peer closed it properly, of its own accord.
    bool said_goodbye() const { return said_goodbye_; }

    void refuse(control::Code code, std::string message) {
        refuse(control::Error{code, std::move(message), "Use a program of the same version as the hub."});
    }

    void refuse(const control::Error& error) {
        push(control::encode({control::Refused{error}, std::nullopt, std::nullopt}));
        close_after_queue();
    }

    void keep_alive() {
        if (ended_ || closing_) return;
        const auto rhythm = in_session_ ? session_rhythm : idle_rhythm;
        ping_timer_.expires_after(rhythm.ping);
        ping_timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
            if (error || self->ended_) return;
            const auto limit = self->in_session_ ? session_rhythm.gone : idle_rhythm.gone;
            if (std::chrono::steady_clock::now() - self->heard_ > limit) return self->end();
            self->push(control::encode({control::Ping{}, std::nullopt, std::nullopt}));
            self->keep_alive();
        });
    }

    /// Nothing more will be received: over, unless a goodbye is still on its way out.
    void finish() {
        if (!closing_) end();
    }

    void end() {
        ended_ = true;
        ping_timer_.cancel();
        socket_.next_layer().close();
    }

    auto get_executor() { return socket_.get_executor(); }

    // Channel, from any thread.
    void send(std::string json) override {
        asio::post(get_executor(), [self = shared_from_this(), json = std::move(json)]() mutable { self->push(std::move(json)); });
    }
    void close() override {
        asio::post(get_executor(), [self = shared_from_this()] { self->close_after_queue(); });
    }
    void set_in_session(bool in_session) override {
        asio::post(get_executor(), [self = shared_from_this(), in_session] {
            if (self->ended_ || std::exchange(self->in_session_, in_session) == in_session) return;
            self->heard_ = std::chrono::steady_clock::now();
            self->keep_alive();
        });
    }

    std::size_t backlog() const override { return queued_bytes_.load(std::memory_order_relaxed); }

private:
    /// The next message, as far as it may be long: what is longer is for decode() to refuse. False when nothing more comes.
    asio::awaitable<bool> read_message() {
        buffer_.consume(buffer_.size());
        do {
            const std::size_t room = control::longest_message_bytes + 1 - buffer_.size();
            const auto [problem, bytes] = co_await socket_.async_read_some(buffer_, room, asio::as_tuple(asio::use_awaitable));
            said_goodbye_ = problem == websocket::error::closed && !closing_;
            if (problem) co_return false;
            heard_ = std::chrono::steady_clock::now();
        } while (!socket_.is_message_done() && buffer_.size() <= control::longest_message_bytes);
        co_return true;
    }

    void push(std::string json) {
        if (ended_ || closing_) return;
        queued_bytes_ += json.size();
        if (queued_bytes_ > most_queued_bytes) {
            log::warning("a control channel does not read what it is sent: cut");
            return end();
        }
        queue_.push_back(std::move(json));
        start_writing();
    }

    void start_writing() {
        if (std::exchange(writing_, true)) return;
        auto task = write_queue(shared_from_this());
        asio::co_spawn(get_executor(), std::move(task), asio::detached);
    }

    static asio::awaitable<void> write_queue(std::shared_ptr<WebSocketChannel> self) {
        while (!self->ended_ && !self->queue_.empty()) {
            const std::string json = std::move(self->queue_.front());
            self->queue_.pop_front();
            self->socket_.text(true);
            const auto data = asio::buffer(json);
            const auto [problem, written] = co_await self->socket_.async_write(data, asio::as_tuple(asio::use_awaitable));
            self->queued_bytes_ -= json.size();
            if (problem) self->end();
        }
        if (!self->ended_ && self->closing_) {
            const websocket::close_reason reason(websocket::close_code::normal);
            co_await self->socket_.async_close(reason, asio::as_tuple(asio::use_awaitable));
            self->end();
        }
        self->writing_ = false;
    }

    void close_after_queue() {
        if (ended_ || std::exchange(closing_, true)) return;
        // From here on nothing keeps the peer but its goodbye.
        ping_timer_.expires_after(goodbye_deadline);
        ping_timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
            if (!error) self->end();
        });
        start_writing();
    }

    websocket::stream<tunnel::TlsStream, false> socket_;
    beast::flat_buffer buffer_;
    asio::steady_timer ping_timer_;
    std::deque<std::string> queue_;
    std::atomic<std::size_t> queued_bytes_{0};
    std::chrono::steady_clock::time_point heard_ = std::chrono::steady_clock::now();
    bool in_session_ = false;
    bool writing_ = false;
    bool closing_ = false;
    bool said_goodbye_ = false;
    bool ended_ = false;
};

asio::awaitable<bool> accept_in_time(std::shared_ptr<WebSocketChannel> channel, std::string head) {
    const Deadline deadline(channel->get_executor(), hello_deadline, [raw = channel.get()] { raw->end(); });
    co_return co_await channel->accept(std::move(head));
}

/// Hello, checked as far as a channel can: the rest is the hub's decision.
asio::awaitable<std::optional<control::Envelope>> receive_hello(std::shared_ptr<WebSocketChannel> channel, bool is_operator) {
    const Deadline deadline(channel->get_executor(), hello_deadline, [raw = channel.get()] { raw->end(); });
    auto first = co_await channel->receive();
    if (!first) co_return std::nullopt;
    const auto* hello = std::get_if<control::Hello>(&first->message);
    if (!hello) {
        channel->refuse(control::Code::bad_request, "The first message must be hello.");
        co_return std::nullopt;
    }
    if (hello->protocol != control::protocol_version) {
        channel->refuse(control::Code::version_unsupported, "This hub speaks another version of the protocol.");
        co_return std::nullopt;
    }
    const bool operators = hello->role == control::Role::operator_ || hello->role == control::Role::viewer;
    if (is_operator ? !operators : hello->role != control::Role::guest) {
        channel->refuse(control::Code::unauthorized, "This role needs a log-in of its own.");
        co_return std::nullopt;
    }
    co_return first;
}

control::Refused internal_error() {
    return {{control::Code::internal, "The hub could not do this; its log says why.", "Ask the hub's administrator."}};
}

control::Error crowded() {
    return {control::Code::overloaded, "Too many tickets are being tried at this hub.", "Try again in a few seconds."};
}

/// False if too many wait before this guest. Who may not try at all need not wait to hear that.
asio::awaitable<bool> guest_turn(HubThread& hub, std::string address) {
    auto asking = [address](HubThread::Desk& desk) { return desk.attempts.allowed(address); };
    const bool may_try = co_await hub.ask(std::move(asking));
    if (!may_try) co_return true;
    co_return co_await wait_for_turn(hub, std::move(address));
}

/// False if it was turned away.
bool let_in(HubThread::Desk& desk, hub::PeerId peer, const std::shared_ptr<WebSocketChannel>& channel,
            const std::optional<hub::Account>& account, const control::Envelope& hello, const std::string& address) {
    if (account) {
        return !desk.hub.operator_joined(peer, *account, hello, address);
    }
    const bool guesses = std::get<control::Hello>(hello.message).resume.empty();
    if (guesses && !desk.attempts.allowed(address)) {
        control::Refused refused{{control::Code::too_many_attempts, "Too many wrong tickets came from this address.",
                                  "Wait ten minutes, then type the ticket carefully."}};
        channel->send(control::encode({refused, std::nullopt, hello.id}));
        channel->close();
        return false;
    }
    const auto refused = desk.hub.guest_joined(peer, hello, address);
    if (refused == control::Code::ticket_unknown) desk.attempts.missed(address);
    return !refused;
}

struct Arrival {
    hub::PeerId peer = 0;
    bool in = false;
};

Arrival introduce(HubThread& hub, HubThread::Desk& desk, const std::shared_ptr<WebSocketChannel>& channel,
                      const std::optional<hub::Account>& account, const control::Envelope& hello, const std::string& address) {
    Arrival arrival{hub.add_channel(channel), false};
    try {
        arrival.in = let_in(desk, arrival.peer, channel, account, hello, address);
    } catch (const std::exception& problem) {
        log::error("a peer could not be let in: {}", problem.what());
        channel->send(control::encode({internal_error(), std::nullopt, hello.id}));
        channel->close();
    }
    return arrival;
}

/// False if the hub could not handle it (its database fails): the channel then ends, rather than live on half known.
bool handled(HubThread::Desk& desk, hub::PeerId peer, const control::Envelope& envelope) {
    try {
        desk.hub.received(peer, envelope);
        return true;
    } catch (const std::exception& problem) {
        log::error("a message could not be handled: {}", problem.what());
        return false;
    }
}

}  // namespace

asio::awaitable<void> serve_control_channel(tunnel::TlsStream stream, std::string head, std::optional<hub::Account> account,
                                            std::string address, Admission::Place place, HubThread& hub) {
    tunnel::set_control_socket_options(stream.next_layer().native_handle());
    const auto channel = std::make_shared<WebSocketChannel>(std::move(stream));
    const bool accepted = co_await accept_in_time(channel, std::move(head));
    if (!accepted) co_return channel->end();
    const auto hello = co_await receive_hello(channel, account.has_value());
    if (!hello) co_return channel->finish();
    const bool guesses = !account && std::get<control::Hello>(hello->message).resume.empty();  // a resume token cannot be guessed
    if (guesses) {
        const bool my_turn = co_await guest_turn(hub, address);
        if (!my_turn) {
            channel->refuse(crowded());
            co_return channel->finish();
        }
    }
    auto joining = [&hub, channel, account, hello, address](HubThread::Desk& desk) {
        return introduce(hub, desk, channel, account, *hello, address);
    };
    const auto arrival = co_await hub.ask(std::move(joining));
    const auto peer = arrival.peer;
    if (arrival.in) place.release();
    channel->keep_alive();
    for (;;) {
        auto received = co_await channel->receive();
        if (!received) break;
        if (std::holds_alternative<control::Pong>(received->message)) continue;
        // Awaited: a peer that floods waits for the hub, not the hub's queue for memory.
        auto handling = [peer, envelope = std::move(*received)](HubThread::Desk& desk) { return handled(desk, peer, envelope); };
        const bool done = co_await hub.ask(std::move(handling));
        if (!done) break;
    }
    channel->finish();
    hub.post([&hub, peer, chosen = channel->said_goodbye()](HubThread::Desk& desk) {
        desk.hub.left(peer, chosen);
        hub.remove_channel(peer);
    });
}

}  // namespace pronto::net
