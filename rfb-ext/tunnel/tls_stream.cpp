#include "rfb-ext/tunnel/tls_stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "rfb-ext/base/error_category.hpp"
#include "rfb-ext/tunnel/socket_bio.hpp"

namespace pronto::tunnel {

namespace {

const char* words(int code) {
    const char* reason = ERR_reason_error_string(static_cast<unsigned long>(static_cast<unsigned>(code)));
    return reason ? reason : "TLS failed";
}

}  // namespace

const boost::system::error_category& tls_category() {
    static const ErrorCategory category("tls", words);
    return category;
}

namespace detail {

class TlsState {
public:
    TlsState(asio::ip::tcp::socket its_socket, Tls its_tls) : socket(std::move(its_socket)), tls(std::move(its_tls)) {}

    asio::ip::tcp::socket socket;
    Tls tls;
    ErrorCode read_error;   ///< came after bytes that were delivered first; the next read has it
    ErrorCode write_error;  ///< likewise for writes
    bool handshaken = false;
    bool write_blocked = false;      ///< OpenSSL holds a record that must be repeated before anything else is sent
    bool failed = false;             ///< OpenSSL allows nothing more on this connection
    int in_a_row = 0;                ///< operations since the last one that waited
    std::size_t bytes_in_a_row = 0;  ///< that they moved

    SocketBioState& bio() const { return socket_bio_state(SSL_get_rbio(tls.get())); }
};

asio::ip::tcp::socket& socket_of(TlsState& state) {
    return state.socket;
}

namespace {

/// A coroutine that never waits would keep its thread from all others. The bytes bound what a key press waits for
/// behind a bulk flow (0.1 ms; 1 MB took 0.9 ms), the number bounds it for small messages.
constexpr int most_in_a_row = 16;
constexpr std::size_t most_bytes_in_a_row = 96 * 1024;
/// What one attempt writes at most, for the same reason.
constexpr std::size_t write_burst_bytes = 64 * 1024;

ErrorCode tls_error() {
    const unsigned long code = ERR_peek_error();
    ERR_clear_error();
    return {static_cast<int>(code ? code : ERR_PACK(ERR_LIB_SSL, 0, SSL_R_UNINITIALIZED)), tls_category()};
}

/// What an SSL call that did not succeed (`outcome` <= 0) wants or why it failed.
Tried unfinished(TlsState& state, int outcome) {
    switch (SSL_get_error(state.tls.get(), outcome)) {
        case SSL_ERROR_WANT_READ:
            return {{}, 0, Wanted::readable};
        case SSL_ERROR_WANT_WRITE:
            return {{}, 0, Wanted::writable};
        case SSL_ERROR_ZERO_RETURN:
            return {asio::error::eof};
        case SSL_ERROR_SYSCALL: {
            state.failed = true;
            const int reason = state.bio().error;
            ERR_clear_error();
            if (!reason) return {asio::error::eof};
            return {ErrorCode(reason, boost::system::system_category())};
        }
        default:
            state.failed = true;
            return {tls_error()};
    }
}

/// A record is of use when all of it has come: on a long or narrow line, which the time of the handshake shows, large ones make
/// every stop on the way wait. On others they save work.
void choose_record_size(TlsState& state) {
    constexpr unsigned far_microseconds = 10'000;
    constexpr long far_record_bytes = 2 * 1024;
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(state.socket.native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || info.tcpi_rtt < far_microseconds) return;
    SSL_set_max_send_fragment(state.tls.get(), far_record_bytes);
}

Tried try_handshake(TlsState& state) {
    if (!state.socket.is_open()) return {asio::error::operation_aborted};
    ERR_clear_error();
    const int outcome = SSL_do_handshake(state.tls.get());
    if (outcome != 1) return unfinished(state, outcome);
    state.handshaken = true;
    choose_record_size(state);
    return {};
}

}  // namespace

Tried try_read(TlsState& state, std::span<Byte> into) {
    if (!state.socket.is_open()) return {asio::error::operation_aborted};
    if (state.read_error) return {state.read_error};
    Tried tried;
    while (tried.bytes < into.size()) {
        const auto room = into.subspan(tried.bytes);
        std::size_t got = 0;
        ERR_clear_error();
        const int outcome = SSL_read_ex(state.tls.get(), room.data(), room.size(), &got);
        if (outcome == 1) {
            tried.bytes += got;
            if (state.bio().emptied && !SSL_has_pending(state.tls.get())) return tried;
            continue;
        }
        const Tried more = unfinished(state, outcome);
        if (tried.bytes == 0) return more;
        state.read_error = more.error;
        return tried;
    }
    return tried;
}

Tried try_write(TlsState& state, ByteView from) {
    if (!state.socket.is_open()) return {asio::error::operation_aborted};
    if (state.write_error) return {state.write_error};
    if (state.failed) return {asio::error::broken_pipe};
    Tried tried;
    const std::size_t most = std::min(from.size(), write_burst_bytes);
    while (tried.bytes < most) {
        const auto rest = from.subspan(tried.bytes);
        std::size_t sent = 0;
        ERR_clear_error();
        const int outcome = SSL_write_ex(state.tls.get(), rest.data(), rest.size(), &sent);
        state.write_blocked = outcome != 1;
        if (outcome == 1) {
            tried.bytes += sent;
            continue;
        }
        const Tried more = unfinished(state, outcome);
        if (tried.bytes == 0) return more;
        state.write_error = more.error;
        return tried;
    }
    return tried;
}

namespace {

using State = std::shared_ptr<TlsState>;

/// Cancelled already? Asio would throw at the next co_await; here an end is a value.
asio::awaitable<bool> is_cancelled() {
    const asio::cancellation_state cancellation = co_await asio::this_coro::cancellation_state;
    co_return cancellation.cancelled() != asio::cancellation_type::none;
}

asio::awaitable<ErrorCode> wait_for(State state, Wanted wanted) {
    const bool cancelled = co_await is_cancelled();
    if (cancelled) co_return asio::error::operation_aborted;
    state->in_a_row = 0;
    state->bytes_in_a_row = 0;
    const auto direction = wanted == Wanted::readable ? asio::socket_base::wait_read : asio::socket_base::wait_write;
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    const auto [error] = co_await state->socket.async_wait(direction, token);
    co_return error;
}

/// Lets others have the thread after many operations in a row that did not wait.
asio::awaitable<void> be_fair(State state) {
    if (++state->in_a_row < most_in_a_row && state->bytes_in_a_row < most_bytes_in_a_row) co_return;
    const bool cancelled = co_await is_cancelled();
    if (cancelled) co_return;
    state->in_a_row = 0;
    state->bytes_in_a_row = 0;
    co_await asio::post(state->socket.get_executor(), asio::use_awaitable);
}

asio::awaitable<Result<void>> handshake(State state) {
    while (true) {
        const Tried tried = try_handshake(*state);
        if (tried.error) co_return tried.error;
        if (tried.wanted == Wanted::nothing) co_return Result<void>();
        const ErrorCode error = co_await wait_for(state, tried.wanted);
        if (error) co_return error;
    }
}

asio::awaitable<Result<std::size_t>> read(State state, std::span<Byte> into) {
    if (into.empty()) co_return std::size_t{0};
    co_await be_fair(state);
    while (true) {
        const Tried tried = try_read(*state, into);
        if (tried.error) co_return tried.error;
        if (tried.bytes) {
            state->bytes_in_a_row += tried.bytes;
            co_return tried.bytes;
        }
        const ErrorCode error = co_await wait_for(state, tried.wanted);
        if (error) co_return error;
    }
}

asio::awaitable<Result<void>> write(State state, ByteView all) {
    while (!all.empty()) {
        const Tried tried = try_write(*state, all);
        if (tried.error) co_return tried.error;
        all = all.subspan(tried.bytes);
        state->bytes_in_a_row += tried.bytes;
        if (tried.wanted == Wanted::nothing) {
            co_await be_fair(state);
            continue;
        }
        const ErrorCode error = co_await wait_for(state, tried.wanted);
        if (error) co_return error;
    }
    co_return Result<void>();
}

}  // namespace

}  // namespace detail

TlsStream::TlsStream(std::shared_ptr<detail::TlsState> state) : state_(std::move(state)) {}

TlsStream::TlsStream(Socket socket, Tls tls)
    : state_(std::make_shared<detail::TlsState>(std::move(socket), std::move(tls))) {
    state_->socket.native_non_blocking(true);
    BIO* const bio = new_socket_bio(state_->socket.native_handle());
    SSL_set_bio(state_->tls.get(), bio, bio);
}

TlsStream::TlsStream(TlsStream&&) noexcept = default;

TlsStream& TlsStream::operator=(TlsStream&& other) noexcept {
    if (this == &other) return *this;
    close();
    state_ = std::move(other.state_);
    return *this;
}

TlsStream::~TlsStream() {
    close();
}

asio::awaitable<Result<void>> TlsStream::handshake(Role role) {
    if (role == Role::client)
        SSL_set_connect_state(state_->tls.get());
    else
        SSL_set_accept_state(state_->tls.get());
    return detail::handshake(state_);
}

asio::awaitable<Result<std::size_t>> TlsStream::read(std::span<Byte> into) {
    return detail::read(state_, into);
}

asio::awaitable<Result<void>> TlsStream::write(ByteView all) {
    return detail::write(state_, all);
}

Result<std::size_t> TlsStream::write_now(ByteView bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const auto tried = detail::try_write(*state_, bytes.subspan(sent));
        if (tried.error) return tried.error;
        if (tried.bytes == 0) break;
        sent += tried.bytes;
    }
    return sent;
}

void TlsStream::close_gracefully() {
    if (!is_open()) return;
    // In the middle of a record, or after OpenSSL gave up, a close_notify would be garbage to the peer.
    if (state_->handshaken && !state_->write_blocked && !state_->failed) {
        ERR_clear_error();
        SSL_shutdown(state_->tls.get());
        ERR_clear_error();
    }
    ErrorCode ignored;
    state_->socket.shutdown(Socket::shutdown_send, ignored);
}

void TlsStream::close() {
    if (!is_open()) return;
    ErrorCode ignored;
    state_->socket.close(ignored);
}

bool TlsStream::is_open() const {
    return state_ && state_->socket.is_open();
}

TlsStream::executor_type TlsStream::get_executor() const {
    return state_->socket.get_executor();
}
TlsStream::Socket& TlsStream::next_layer() {
    return state_->socket;
}
const TlsStream::Socket& TlsStream::next_layer() const {
    return state_->socket;
}
SSL* TlsStream::native_handle() const {
    return state_->tls.get();
}

TlsStream::Parts TlsStream::release() {
    Parts parts;
    parts.handshaken = state_->handshaken;
    parts.descriptor = state_->socket.release();
    parts.tls = std::move(state_->tls);
    return parts;
}

TlsStream TlsStream::adopt(const executor_type& executor, Parts parts) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(parts.descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw boost::system::system_error(errno, boost::system::system_category(), "cannot adopt a connection");
    const auto protocol = address.ss_family == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4();
    auto state = std::make_shared<detail::TlsState>(Socket(executor, protocol, parts.descriptor), std::move(parts.tls));
    state->socket.native_non_blocking(true);
    state->handshaken = parts.handshaken;
    return TlsStream(std::move(state));
}

}  // namespace pronto::tunnel
