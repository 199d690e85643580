#include "tests/interop/movie/sockets.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pronto::interop {

namespace {

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

Socket new_socket() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("socket");
    return Socket(fd);
}

void send_at_once(const Socket& socket) {
    const int on = 1;
    if (::setsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) fail("TCP_NODELAY");
}

}  // namespace

Socket::~Socket() {
    if (fd_ >= 0) ::close(fd_);
}
Socket::Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
Socket& Socket::operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Socket Socket::connect(std::uint16_t port) {
    Socket socket = new_socket();
    const auto address = loopback(port);
    if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("connect");
    send_at_once(socket);
    return socket;
}

void Socket::write(ByteView bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) fail("send");
        if (sent > 0) bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
}

Bytes Socket::read() {
    Bytes bytes(65536);
    ssize_t got;
    do got = ::recv(fd_, bytes.data(), bytes.size(), 0);
    while (got < 0 && errno == EINTR);
    if (got < 0 && errno != ECONNRESET) fail("recv");
    bytes.resize(static_cast<std::size_t>(got < 0 ? 0 : got));
    return bytes;
}

Listener::Listener() : socket_(new_socket()) {
    const auto address = loopback(0);
    if (::bind(socket_.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
    if (::listen(socket_.fd(), 1) != 0) fail("listen");
}

std::uint16_t Listener::port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket_.fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
    return ntohs(address.sin_port);
}

Socket Listener::accept() {
    Socket socket(::accept4(socket_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
    if (socket.fd() < 0) fail("accept");
    send_at_once(socket);
    return socket;
}

}  // namespace pronto::interop
