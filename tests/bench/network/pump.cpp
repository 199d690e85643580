#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <stdexcept>

#include "tests/bench/network/parts.hpp"

namespace pronto::bench {

std::uint32_t now_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const auto ms = static_cast<std::uint64_t>(now.tv_sec) * 1000 + static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
    return static_cast<std::uint32_t>(ms & ((1u << cells::time_bits) - 1));
}

void send_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) throw std::runtime_error("the connection closed");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string receive_exactly(int from, std::size_t count) {
    std::string got(count, '\0');
    for (std::size_t at = 0; at < count;) {
        const ssize_t more = ::recv(from, got.data() + at, count - at, 0);
        if (more <= 0) throw std::runtime_error("the connection closed");
        at += static_cast<std::size_t>(more);
    }
    return got;
}

void make_pair(int& ours, int& theirs) {
    constexpr int bytes = 64 * 1024;
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("no socket pair");
    for (const int end : ends) ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    ours = ends[0];
    theirs = ends[1];
}

void pump(int from, int to, std::size_t drop) {
    std::array<char, 16 * 1024> buffer;
    for (;;) {
        const ssize_t got = ::recv(from, buffer.data(), buffer.size(), 0);
        if (got <= 0) break;
        std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
        const std::size_t dropped = std::min(drop, bytes.size());
        drop -= dropped;
        try {
            send_all(to, bytes.substr(dropped));
        } catch (const std::runtime_error&) {
            break;
        }
    }
    ::shutdown(from, SHUT_RDWR);
    ::shutdown(to, SHUT_RDWR);
}

}  // namespace pronto::bench
