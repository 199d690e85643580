#pragma once

#include <algorithm>
#include <memory>
#include <span>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/base/result.hpp"
#include "rfb-ext/tunnel/tls_context.hpp"

namespace pronto::tunnel {

namespace asio = boost::asio;

/// Errors of the TLS layer itself: OpenSSL's codes with OpenSSL's words.
const boost::system::error_category& tls_category();

namespace detail {

enum class Wanted { nothing, readable, writable };
/// What an attempt without waiting came to: bytes moved, an error, or what to wait for before the next attempt.
struct Tried {
    ErrorCode error;
    std::size_t bytes = 0;
    Wanted wanted = Wanted::nothing;
};
class TlsState;
asio::ip::tcp::socket& socket_of(TlsState& state);
Tried try_read(TlsState& state, std::span<Byte> into);
Tried try_write(TlsState& state, ByteView from);

}  // namespace detail

/// TLS straight on a non-blocking socket: OpenSSL calls recv and send itself, async_wait tells when to try again.
/// asio::ssl::stream would copy everything through memory BIOs, which costs a relay 1.2 to 2.6 times the CPU.
///
/// An AsyncStream for Beast (async_read_some, async_write_some), and coroutines of its own for the relay's pump. One read
/// and one write may be under way at a time. Not thread-safe; moves between threads only by release() and a new TlsStream.
/// Errors of the TLS layer are in the category tls_category(); a peer's close, clean or not, is asio::error::eof.
///
/// Operations may be cancelled one by one (asio's cancellation slots; `||` with a timer). A read or handshake wait that was
/// cancelled loses nothing; after a cancelled write part of it may have been sent, so the only thing left is to close.
/// The stream may be closed, moved or destroyed while operations are pending: they end with operation_aborted. The buffers
/// handed to them are the caller's and must stay until then.
class TlsStream {
public:
    using executor_type = asio::any_io_executor;
    using Socket = asio::ip::tcp::socket;
    using lowest_layer_type = Socket;

    /// `tls` belongs to nobody else and has no descriptor yet. Client or server is decided by handshake's role.
    /// Throws boost::system::system_error if the socket is not open.
    TlsStream(Socket socket, Tls tls);
    TlsStream(TlsStream&&) noexcept;
    TlsStream& operator=(TlsStream&&) noexcept;
    ~TlsStream();

    enum class Role { client, server };
    asio::awaitable<Result<void>> handshake(Role role);

    /// At least one byte; drains SSL_read until `into` is full or the socket would block. `into` is touched only right before
    /// this returns, so streams of one thread may share a buffer as long as each uses it up before it waits again.
    asio::awaitable<Result<std::size_t>> read(std::span<Byte> into);
    /// All of it.
    asio::awaitable<Result<void>> write(ByteView all);
    /// What can be sent without waiting, perhaps nothing; the rest of `bytes`, wherever it lies then, must be sent next.
    Result<std::size_t> write_now(ByteView bytes);

    template <class MutableBuffers, class Token>
    auto async_read_some(const MutableBuffers& buffers, Token&& token);
    template <class ConstBuffers, class Token>
    auto async_write_some(const ConstBuffers& buffers, Token&& token);

    /// Sends close_notify if that needs no waiting; then the socket's sending side is shut.
    void close_gracefully();
    /// Cuts at once; pending operations end with operation_aborted.
    void close();
    bool is_open() const;

    executor_type get_executor() const;
    Socket& next_layer();
    const Socket& next_layer() const;
    lowest_layer_type& lowest_layer() { return next_layer(); }
    const lowest_layer_type& lowest_layer() const { return next_layer(); }
    SSL* native_handle() const;

    /// Takes the connection apart so that another thread's io_context can adopt it; no operation may be pending. Whoever
    /// does not adopt the parts closes the descriptor.
    struct Parts {
        int descriptor = -1;
        Tls tls;
        bool handshaken = false;
    };
    Parts release();
    /// Puts released parts together on `executor`. Throws boost::system::system_error if the descriptor is no TCP socket.
    static TlsStream adopt(const executor_type& executor, Parts parts);

private:
    explicit TlsStream(std::shared_ptr<detail::TlsState> state);

    std::shared_ptr<detail::TlsState> state_;  ///< shared with the operations under way
};

namespace detail {

/// The first buffer with anything in it: what one read fills.
template <class MutableBuffers>
std::span<Byte> first_of(const MutableBuffers& buffers) {
    for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers); ++at)
        if (const asio::mutable_buffer buffer(*at); buffer.size()) return {static_cast<Byte*>(buffer.data()), buffer.size()};
    return {};
}

/// Several buffers become one, at most a TLS record: a WebSocket frame's head and body should not be two records.
template <class ConstBuffers>
ByteView joined(const ConstBuffers& buffers, Bytes& room) {
    constexpr std::size_t record_bytes = 16 * 1024;
    ByteView only;
    for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers); ++at) {
        const asio::const_buffer buffer(*at);
        const ByteView next(static_cast<const Byte*>(buffer.data()), buffer.size());
        if (next.empty()) continue;
        if (only.empty()) {
            only = next;
            if (only.size() >= record_bytes) return only;
            continue;
        }
        if (room.empty()) append(room, only);
        append(room, next.first(std::min(next.size(), record_bytes - room.size())));
        if (room.size() == record_bytes) break;
    }
    return room.empty() ? only : ByteView(room);
}

struct ReadAttempt {
    std::shared_ptr<TlsState> state;
    std::span<Byte> into;
    Tried operator()() { return into.empty() ? Tried{} : try_read(*state, into); }
};
struct WriteAttempt {
    std::shared_ptr<TlsState> state;
    Bytes room;
    ByteView from;  ///< the caller's memory, or `room`'s (which keeps its place when moved)
    Tried operator()() { return from.empty() ? Tried{} : try_write(*state, from); }
};

/// What asio::async_compose drives: try, wait for what OpenSSL wants, try again. The handler is never called from within the
/// initiating call.
template <class Attempt>
struct Transfer {
    Attempt attempt;
    Tried tried = {};
    bool waited = false;
    bool finished = false;

    template <class Self>
    void operator()(Self& self, ErrorCode error = {}) {
        if (finished) return self.complete(tried.error, tried.bytes);
        if (error) return self.complete(error, 0);
        tried = attempt();
        const std::shared_ptr<TlsState> keep = attempt.state;  // `self` moves away from under this object
        auto& socket = socket_of(*keep);
        finished = tried.wanted == Wanted::nothing;
        if (finished && waited) return self.complete(tried.error, tried.bytes);
        if (finished) return asio::post(socket.get_executor(), std::move(self));
        waited = true;
        const auto direction = tried.wanted == Wanted::readable ? asio::socket_base::wait_read : asio::socket_base::wait_write;
        socket.async_wait(direction, std::move(self));
    }
};

}  // namespace detail

template <class MutableBuffers, class Token>
auto TlsStream::async_read_some(const MutableBuffers& buffers, Token&& token) {
    return asio::async_compose<Token, void(ErrorCode, std::size_t)>(
        detail::Transfer<detail::ReadAttempt>{{state_, detail::first_of(buffers)}}, token, detail::socket_of(*state_));
}

template <class ConstBuffers, class Token>
auto TlsStream::async_write_some(const ConstBuffers& buffers, Token&& token) {
    detail::WriteAttempt attempt{state_, {}, {}};
    attempt.from = detail::joined(buffers, attempt.room);
    return asio::async_compose<Token, void(ErrorCode, std::size_t)>(
        detail::Transfer<detail::WriteAttempt>{std::move(attempt)}, token, detail::socket_of(*state_));
}

}  // namespace pronto::tunnel
