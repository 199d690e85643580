#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "repeater/net/leg.hpp"
#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/tunnel/tls_stream.hpp"

namespace pronto::standard {

namespace asio = boost::asio;

/// How often TCP asks whether the peer is still there: `idle` seconds without bytes, then `count` times every `interval`.
struct KeepAlive {
    int idle_s = 60;
    int interval_s = 10;
    int count = 3;
};
inline constexpr KeepAlive while_waiting{60, 10, 3};   ///< for days
inline constexpr KeepAlive while_in_session{5, 5, 3};
inline constexpr KeepAlive at_once{1, 1, 3};           ///< another claims the place

/// A standard VNC program's connection before it is one end of a relayed stream: bare, or TLS that VeNCrypt began in it.
/// Everything has a deadline; who misses one finds the connection closed. On one thread.
class VncSocket : public std::enable_shared_from_this<VncSocket> {
public:
    explicit VncSocket(asio::ip::tcp::socket socket);

    /// What was read and is not used yet.
    Bytes& early() { return early_; }
    /// At least one more byte into early(). Errors: eof; timed_out.
    asio::awaitable<Result<void>> read_more(Millis deadline);
    asio::awaitable<Result<void>> write(ByteView bytes, Millis deadline);
    /// TLS from the next byte on; early() must be empty, for what came before it was not encrypted.
    asio::awaitable<Result<void>> start_tls(SSL_CTX* context, Millis deadline);
    bool encrypted() const { return tls_.has_value(); }
    /// It is watched: nobody reads it, nor has it been handed over.
    bool waits() const { return gone_ != nullptr; }

    /// `gone` is called once if the peer closes, or says more than it may before it is answered (256 bytes), while nobody
    /// reads. Ends with stop_watching().
    void watch(std::function<void()> gone);
    void stop_watching();
    void keep_alive(KeepAlive how);

    /// Takes the connection apart for its relay; nothing may be under way. Nothing more can be done here.
    std::unique_ptr<net::Arrival> hand_over();
    /// The peer sees a clean end, and reads what it was told before: its own end is awaited for a moment.
    asio::awaitable<void> finish();
    /// At once.
    void close();
    asio::any_io_executor get_executor() { return socket().get_executor(); }

private:
    asio::ip::tcp::socket& socket() { return tls_ ? tls_->next_layer() : *plain_; }
    void look();
    bool still_there();

    std::optional<asio::ip::tcp::socket> plain_;
    std::optional<tunnel::TlsStream> tls_;
    Bytes early_;
    std::function<void()> gone_;
    int watch_ = 0;  ///< counts watches: what an older one hears late means nothing
};

}  // namespace pronto::standard
