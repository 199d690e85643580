#include "rfb-ext/vnc/connection.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pronto::vnc {

namespace {

constexpr std::size_t buffer_bytes = 256 * 1024;
constexpr std::size_t most_outgoing_bytes = 1 << 20;

bool would_block(int reason) {
    return reason == EAGAIN || reason == EWOULDBLOCK || reason == EINTR;
}

[[noreturn]] void fail(int reason) {
    throw BrokenStream(fmt::format("the connection broke: {}", std::strerror(reason)));
}

}  // namespace

Connection::Connection(int fd, ThreadEnd& end, std::function<void()> woken)
    : fd_(fd), end_(end), woken_(std::move(woken)), buffer_(buffer_bytes) {}

Connection::~Connection() {
    ::close(fd_);
}

void Connection::read(Byte* to, std::size_t count) {
    while (count > 0) {
        if (begin_ == end_of_data_) fill(false);
        const std::size_t now = std::min(count, end_of_data_ - begin_);
        std::copy_n(buffer_.data() + begin_, now, to);
        begin_ += now;
        to += now;
        count -= now;
    }
}

void Connection::wait_for_data() {
    if (begin_ == end_of_data_) fill(true);
}

ByteView Connection::peek() {
    if (begin_ == end_of_data_) fill(false);
    return {buffer_.data() + begin_, end_of_data_ - begin_};
}

void Connection::send(ByteView bytes) {
    if (outgoing_.size() + bytes.size() > most_outgoing_bytes)
        throw BrokenStream("the other side takes no input any more");
    append(outgoing_, bytes);
    flush();
}

void Connection::flush() {
    while (!outgoing_.empty()) {
        const ssize_t sent = ::send(fd_, outgoing_.data(), outgoing_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && !would_block(errno)) fail(errno);
        if (sent <= 0) return;
        outgoing_.erase(outgoing_.begin(), outgoing_.begin() + sent);
    }
}

void Connection::fill(bool forever) {
    auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const ssize_t got = ::recv(fd_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (got > 0) {
            begin_ = 0;
            end_of_data_ = static_cast<std::size_t>(got);
            return;
        }
        if (got == 0) throw BrokenStream("the other side closed the connection");
        if (!would_block(errno)) fail(errno);
        const auto left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now());
        if (!forever && left.count() <= 0) throw BrokenStream("the other side stopped in the middle of a message");
        const bool woken = end_.wait(fd_, forever ? Millis{-1} : left, !outgoing_.empty());
        if (end_.cut_by_owner()) throw BrokenStream("closed here");
        if (woken && woken_) woken_();
        flush();
    }
}

}  // namespace pronto::vnc
