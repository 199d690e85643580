#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

#include "rfb-ext/base/bytes.hpp"

namespace pronto::vnc_server::test {

/// A blocking socket that a test reads from and writes to; whatever takes longer than 10 s fails the test.
class Wire {
public:
    explicit Wire(int fd = -1) : fd_(fd) {}
    ~Wire() { close(); }
    Wire(Wire&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Wire& operator=(Wire&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }

    int fd() const { return fd_; }
    void close() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    void say(std::string_view text) {
        REQUIRE(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
    }
    /// Exactly so many bytes, or what came before the end.
    std::string hear(std::size_t count) {
        std::string all;
        while (all.size() < count && readable()) {
            char some[4096];
            const auto got = ::recv(fd_, some, std::min(sizeof some, count - all.size()), 0);
            if (got <= 0) break;
            all.append(some, static_cast<std::size_t>(got));
        }
        return all;
    }
    bool readable(int milliseconds = 10'000) const {
        pollfd one{fd_, POLLIN, 0};
        return ::poll(&one, 1, milliseconds) > 0;
    }
    bool has_ended() { return readable() && hear(1).empty(); }

private:
    int fd_;
};

/// Listens on a free port of this computer.
class Listener {
public:
    Listener() : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        REQUIRE(::bind(listening_.fd(), reinterpret_cast<sockaddr*>(&at), size) == 0);
        REQUIRE(::listen(listening_.fd(), 8) == 0);
        REQUIRE(::getsockname(listening_.fd(), reinterpret_cast<sockaddr*>(&at), &size) == 0);
        port_ = ntohs(at.sin_port);
    }
    std::uint16_t port() const { return port_; }
    Wire accept() {
        REQUIRE(listening_.readable());
        return Wire(::accept(listening_.fd(), nullptr, nullptr));
    }
    void close() { listening_.close(); }

private:
    Wire listening_;
    std::uint16_t port_ = 0;
};

}  // namespace pronto::vnc_server::test
