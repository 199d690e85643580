#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

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

/// How much a leg reads at once. Batching is where a relay wins or loses.
inline constexpr std::size_t read_bytes = 64 * 1024;

/// A connection whose HTTP head asked for a stream, taken off its thread.
struct Upgrade {
    tunnel::TlsStream::Parts parts;
    std::string head;       ///< the HTTP request's head, for the WebSocket handshake
    Bytes early;            ///< what came behind the head (nothing for a WebSocket: its client must wait)
    bool websocket = false;
};

/// Bare TLS (`Upgrade: pronto-stream`).
std::unique_ptr<Leg> make_raw_leg(tunnel::TlsStream stream, Bytes early);
/// Binary WebSocket messages over TLS.
std::unique_ptr<Leg> make_websocket_leg(tunnel::TlsStream stream, std::string head);

}  // namespace pronto::net
