#pragma once

#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/tunnel/dial.hpp"

namespace pronto::tunnel {

/// The control channel (WebSocket at /api/v1/control) once it is open. For one thread; the coroutines keep it alive.
class HubChannel {
public:
    virtual ~HubChannel() = default;
    /// The next message but pings (answered here) and messages of types this program does not know.
    virtual asio::awaitable<Linked<control::Envelope>> receive() = 0;
    /// Queues one message. A hub that does not read what it is sent is cut.
    virtual void send(std::string json) = 0;
    /// How long the hub may say nothing from the next receive() on; at first `times.silence`.
    virtual void expect_within(Millis silence) = 0;
    /// This computer's end of the connection; nothing if there is none (any more).
    virtual std::optional<asio::ip::address> local_address() = 0;
    /// A WebSocket close after what is queued; then cuts.
    virtual asio::awaitable<void> say_goodbye() = 0;
    /// At once; a pending receive() ends.
    virtual void cut() = 0;
};

/// `token` may be empty (guests).
asio::awaitable<Linked<std::shared_ptr<HubChannel>>> open_channel(Route route, std::shared_ptr<Lifeline> line, Secret token);

}  // namespace pronto::tunnel
