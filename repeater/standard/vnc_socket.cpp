#include "repeater/standard/vnc_socket.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "repeater/net/deadline.hpp"

namespace pronto::standard {

namespace {

/// Handshakes are small; what is longer is for the relay.
constexpr std::size_t read_at_once = 4096;
constexpr std::size_t most_unasked = 256;

ErrorCode timed_out() { return make_error_code(boost::system::errc::timed_out); }

}  // namespace

VncSocket::VncSocket(asio::ip::tcp::socket socket) : plain_(std::move(socket)) {
    ErrorCode ignored;
    plain_->set_option(asio::ip::tcp::no_delay(true), ignored);
    plain_->set_option(asio::socket_base::keep_alive(true), ignored);
}

asio::awaitable<Result<void>> VncSocket::read_more(Millis deadline) {
    bool late = false;
    const net::Deadline limit(get_executor(), deadline, [this, &late] {
        late = true;
        close();
    });
    std::array<Byte, read_at_once> room;
    std::size_t got = 0;
    if (tls_) {
        const auto read = co_await tls_->read(room);
        if (read.has_error()) co_return late ? timed_out() : read.error();
        got = read.value();
    } else {
        const auto buffer = asio::buffer(room);
        const auto [error, bytes] = co_await plain_->async_read_some(buffer, asio::as_tuple(asio::use_awaitable));
        if (error) co_return late ? timed_out() : error;
        got = bytes;
    }
    append(early_, ByteView(room.data(), got));
    co_return Result<void>();
}

asio::awaitable<Result<void>> VncSocket::write(ByteView bytes, Millis deadline) {
    const net::Deadline limit(get_executor(), deadline, [this] { close(); });
    if (tls_) co_return co_await tls_->write(bytes);
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    const auto [error, sent] = co_await asio::async_write(*plain_, buffer, asio::as_tuple(asio::use_awaitable));
    if (error) co_return error;
    co_return Result<void>();
}

asio::awaitable<Result<void>> VncSocket::start_tls(SSL_CTX* context, Millis deadline) {
    if (!early_.empty()) co_return make_error_code(boost::system::errc::protocol_error);
    tls_.emplace(std::move(*plain_), tunnel::server_tls(context));
    plain_.reset();
    const net::Deadline limit(get_executor(), deadline, [this] { close(); });
    co_return co_await tls_->handshake(tunnel::TlsStream::Role::server);
}

void VncSocket::watch(std::function<void()> gone) {
    gone_ = std::move(gone);
    look();
}

void VncSocket::stop_watching() {
    ++watch_;
    gone_ = nullptr;
    ErrorCode ignored;
    socket().cancel(ignored);
}

void VncSocket::look() {
    socket().async_wait(asio::socket_base::wait_read, [self = shared_from_this(), watch = watch_](const ErrorCode& error) {
        if (error || watch != self->watch_ || !self->gone_) return;
        if (self->still_there()) return self->look();
        std::exchange(self->gone_, nullptr)();
    });
}

/// Something came: the end, or (without TLS, in which a waiting program has nothing to say but goodbye) bytes to keep.
bool VncSocket::still_there() {
    if (tls_) return false;
    std::array<Byte, most_unasked> room;
    const auto got = ::recv(plain_->native_handle(), room.data(), room.size(), MSG_DONTWAIT);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    append(early_, ByteView(room.data(), static_cast<std::size_t>(got)));
    return got > 0 && early_.size() <= most_unasked;
}

void VncSocket::keep_alive(KeepAlive how) {
    const int descriptor = socket().native_handle();
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &how.idle_s, sizeof how.idle_s);
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, &how.interval_s, sizeof how.interval_s);
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPCNT, &how.count, sizeof how.count);
}

std::unique_ptr<net::Arrival> VncSocket::hand_over() {
    if (gone_) stop_watching();
    keep_alive(while_in_session);
    auto early = std::exchange(early_, {});
    if (tls_) return net::arrival_of(tls_->release(), std::move(early));
    return net::arrival_of(std::move(*plain_), std::move(early));
}

asio::awaitable<void> VncSocket::finish() {
    constexpr Millis moment{2'000};
    ErrorCode ignored;
    if (tls_)
        tls_->close_gracefully();
    else
        plain_->shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    // What it still says must be read, or the system cuts the connection before the peer has read.
    const net::Deadline limit(get_executor(), moment, [this] { close(); });
    for (int reads = 0; reads < 16; ++reads) {
        early_.clear();
        const auto more = co_await read_more(moment);
        if (more.has_error()) break;
    }
    close();
}

void VncSocket::close() {
    ErrorCode ignored;
    if (tls_) {
        tls_->close_gracefully();
        tls_->close();
        return;
    }
    if (!plain_->is_open()) return;
    plain_->shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    plain_->close(ignored);
}

}  // namespace pronto::standard
