#include "tests/unit/rfb-ext/tunnel/test_proxy.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <stdexcept>

namespace pronto::tunnel::test {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool put(int to, const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t sent = ::send(to, data, size, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        data += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return true;
}

/// Bytes that wait at `from` go to `to`; false at the end.
bool pass(int from, int to) {
    char buffer[16 * 1024];
    const ssize_t got = ::recv(from, buffer, sizeof buffer, 0);
    return got > 0 && put(to, buffer, static_cast<std::size_t>(got));
}

}  // namespace

TestProxy::TestProxy(HubAddress hub, Script script) : hub_(std::move(hub)), script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(0);
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, 16) != 0)
        throw std::runtime_error("no port for a proxy");
    acceptor_ = std::thread([this] {
        for (;;) {
            const int client = ::accept(listener_, nullptr, nullptr);
            if (client < 0) return;
            keep(client);
            const std::lock_guard lock(mutex_);
            threads_.emplace_back([this, client] { serve(client); });
        }
    });
}

TestProxy::~TestProxy() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
        ::shutdown(listener_, SHUT_RDWR);
        for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
    }
    acceptor_.join();
    for (auto& thread : threads_) thread.join();
    for (const int descriptor : open_) ::close(descriptor);
    ::close(listener_);
}

std::string TestProxy::address() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    return fmt::format("http://127.0.0.1:{}", ntohs(address.sin_port));
}

std::vector<std::string> TestProxy::heads() const {
    const std::lock_guard lock(mutex_);
    return heads_;
}

void TestProxy::keep(int descriptor) {
    const std::lock_guard lock(mutex_);
    open_.push_back(descriptor);
    if (over_) ::shutdown(descriptor, SHUT_RDWR);
}

void TestProxy::serve(int client) {
    for (;;) {
        std::string head;
        for (char c; head.find("\r\n\r\n") == std::string::npos; head += c)
            if (::recv(client, &c, 1, 0) != 1) return;
        int nth = 0;
        {
            const std::lock_guard lock(mutex_);
            nth = static_cast<int>(heads_.size());
            heads_.push_back(head);
        }
        const std::string answer = script_(head, nth);
        put(client, answer.data(), answer.size());
        if (answer == joined_answer) return relay(client);
        if (!answer.empty() && answer.find("\r\n\r\n") == std::string::npos) break;
    }
    ::shutdown(client, SHUT_RDWR);
}

void TestProxy::relay(int client) {
    const int remote = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    keep(remote);
    const auto address = loopback(hub_.port);
    bool both = ::connect(remote, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    pollfd ends[] = {{client, POLLIN, 0}, {remote, POLLIN, 0}};
    while (both && ::poll(ends, 2, -1) > 0) {
        if (ends[0].revents) both = pass(client, remote);
        if (both && ends[1].revents) both = pass(remote, client);
    }
    ::shutdown(client, SHUT_RDWR);
    ::shutdown(remote, SHUT_RDWR);
}

}  // namespace pronto::tunnel::test
