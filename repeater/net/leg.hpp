#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/base/result.hpp"
#include "rfb-ext/tunnel/tls_stream.hpp"

namespace pronto::net {

namespace asio = boost::asio;

/// One end of a relayed stream, on the relay's thread. One read and one write may be under way at a time.
class Leg {
public:
    virtual ~Leg() = default;
    /// Answers the upgrade; comes before everything else.
    virtual asio::awaitable<Result<void>> accept() = 0;
    /// The bytes that have come, at least one. The view is good until the caller next waits for anything.
    virtual asio::awaitable<Result<ByteView>> read() = 0;
    /// All of it; `bytes` need not outlive the first wait. Keeps what the network does not take yet in a buffer of its own,
    /// which is never larger than one read of the other leg.
    virtual asio::awaitable<Result<void>> write(ByteView bytes) = 0;
    /// How many bytes the peer's computer has acknowledged so far, with what TLS adds to ours: grows while it takes any.
    virtual std::uint64_t taken() const = 0;
    /// The peer sees a clean end; pending operations end with operation_aborted.
    virtual void close() = 0;
};

/// What Leg::taken() says of a stream; 0 once it is closed.
std::uint64_t taken_by_peer(const tunnel::TlsStream& stream);

/// A connection on its way to its relay's thread, taken off its own. What never lands is closed.
class Arrival {
public:
    virtual ~Arrival() = default;
    /// On that thread, once.
    virtual std::unique_ptr<Leg> land(asio::io_context& thread) = 0;
};

/// How much a leg reads at once. Batching is where a relay wins or loses.
inline constexpr std::size_t read_bytes = 64 * 1024;

/// A connection whose HTTP head asked for a stream, taken off its thread.
struct Upgrade {
    tunnel::TlsStream::Parts parts;
    std::string head;       ///< the HTTP request's head, for the WebSocket handshake
    Bytes early;            ///< what came behind the head (nothing for a WebSocket: its client must wait)
    bool websocket = false;
};

/// Bare TLS (`Upgrade: pronto-stream`), or binary WebSocket messages over it.
std::unique_ptr<Arrival> arrival_of(Upgrade upgrade);
/// A standard VNC program's connection: TLS that it began with VeNCrypt, or none. `early`: read, and not yet used.
std::unique_ptr<Arrival> arrival_of(tunnel::TlsStream::Parts parts, Bytes early);
std::unique_ptr<Arrival> arrival_of(asio::ip::tcp::socket socket, Bytes early);

/// Bare TLS. `answer`: what is sent before all else, of static duration.
std::unique_ptr<Leg> make_raw_leg(tunnel::TlsStream stream, Bytes early, std::string_view answer);
std::unique_ptr<Leg> make_websocket_leg(tunnel::TlsStream stream, std::string head);
std::unique_ptr<Leg> make_plain_leg(asio::ip::tcp::socket socket, Bytes early);

/// One buffer a thread serves all its legs: bytes are passed on before anybody else reads. Idle legs hold nothing.
std::span<Byte> thread_buffer();
/// How many bytes wait in the socket for the peer to take them.
std::uint64_t waiting_in(int descriptor);

}  // namespace pronto::net
