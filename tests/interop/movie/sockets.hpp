#pragma once

#include <cstdint>
#include <optional>

#include "rfb-ext/base/bytes.hpp"

namespace pronto::interop {

/// A TCP connection over loopback. Everything throws std::runtime_error.
class Socket {
public:
    explicit Socket(int fd) : fd_(fd) {}
    ~Socket();
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&& other) noexcept;

    static Socket connect(std::uint16_t port);

    int fd() const { return fd_; }
    /// Waits until all is written.
    void write(ByteView bytes);
    /// What is there, waiting for at least a byte; empty: the other side closed.
    Bytes read();

private:
    int fd_;
};

/// Takes one connection on a free loopback port.
class Listener {
public:
    Listener();
    std::uint16_t port() const;
    Socket accept();

private:
    Socket socket_;
};

}  // namespace pronto::interop
