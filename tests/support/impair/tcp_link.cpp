#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "tests/support/impair/link.hpp"

namespace pronto::impair {

namespace {

constexpr std::size_t chunk_bytes = 1400;            ///< like a packet's payload
constexpr std::size_t most_undelivered = 64 * 1024;  ///< for one socket that takes nothing

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno)));
}

sockaddr_in address(const std::string& host, unsigned short port) {
    sockaddr_in made{};
    made.sin_family = AF_INET;
    made.sin_port = htons(port);
    if (::inet_pton(AF_INET, host.c_str(), &made.sin_addr) != 1)
        throw std::runtime_error(host + ": not an IPv4 address");
    return made;
}

int new_socket() {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (made < 0) fail("socket");
    const int on = 1;
    ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return made;
}

/// One end of a forwarded connection: what arrived for it and it has not taken yet.
struct End {
    int socket = -1;
    Bytes undelivered;
    bool read_all = false;  ///< its peer has sent everything
    bool told = false;      ///< and the other end knows
    bool shut = false;
};

struct Connection {
    End left;
    End right;
    bool broken = false;
};

class Forwarder {
public:
    Forwarder(Lanes& lanes, const std::string& host, unsigned short port)
        : lanes_(lanes), target_(address(host, port)) {
        listener_ = new_socket();
        const sockaddr_in any = address("127.0.0.1", 0);
        if (::bind(listener_, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0 ||
            ::listen(listener_, 128) != 0)
            fail("listen");
        sockaddr_in bound{};
        socklen_t size = sizeof bound;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&bound), &size);
        std::printf("port %d\n", ntohs(bound.sin_port));
        std::fflush(stdout);
    }

    void run() {
        Commands commands;
        for (;;) {
            wait();
            if (input_ready_ && !commands.obey_all(lanes_)) return;
            accept_all();
            for (auto& [tag, each] : connections_) {
                take_in(each, each.left, lanes_.to_right, tag);
                take_in(each, each.right, lanes_.to_left, tag);
            }
            give_out(lanes_.to_right, &Connection::right);
            give_out(lanes_.to_left, &Connection::left);
            drop_dead();
        }
    }

private:
    void wait() {
        std::vector<pollfd> sources{{STDIN_FILENO, POLLIN, 0}, {listener_, POLLIN, 0}};
        for (auto& [tag, each] : connections_) {
            add(sources, each, each.left, lanes_.to_right);
            add(sources, each, each.right, lanes_.to_left);
        }
        const timespec pause = time_to(lanes_, Clock::now());
        if (::ppoll(sources.data(), sources.size(), &pause, nullptr) < 0 && errno != EINTR) fail("poll");
        input_ready_ = sources[0].revents != 0;
    }

    static void add(std::vector<pollfd>& sources, const Connection& connection, const End& end, const Lane& lane) {
        short events = 0;
        if (may_read(connection, end, lane)) events |= POLLIN;
        if (!end.undelivered.empty()) events |= POLLOUT;
        if (events != 0) sources.push_back({end.socket, events, 0});
    }

    void accept_all() {
        for (;;) {
            const int left = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (left < 0) return;
            const int on = 1;
            ::setsockopt(left, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            Connection& made = connections_[++last_tag_];
            made.left.socket = left;
            made.right.socket = new_socket();
            if (::connect(made.right.socket, reinterpret_cast<const sockaddr*>(&target_), sizeof target_) != 0 &&
                errno != EINPROGRESS)
                made.broken = true;
        }
    }

    /// Reads while the lane has room: instead of losing anything the sender is slowed.
    void take_in(Connection& connection, End& from, Lane& lane, std::uint64_t tag) {
        while (may_read(connection, from, lane)) {
            Bytes chunk(chunk_bytes);
            const ssize_t got = ::recv(from.socket, chunk.data(), chunk.size(), 0);
            if (got < 0) {
                if (errno != EAGAIN && errno != EINTR && errno != ENOTCONN) connection.broken = true;
                return;
            }
            chunk.resize(static_cast<std::size_t>(got));
            if (got == 0) from.read_all = true;
            lane.put({std::move(chunk), tag}, static_cast<std::size_t>(got),
                     Clock::now());  // an empty one tells of the end
        }
    }

    static bool may_read(const Connection& connection, const End& from, const Lane& lane) {
        const End& to = &from == &connection.left ? connection.right : connection.left;
        return !from.read_all && lane.has_room(chunk_bytes) && to.undelivered.size() < most_undelivered;
    }

    void give_out(Lane& lane, End Connection::*to) {
        while (auto packet = lane.take(Clock::now())) {
            const auto found = connections_.find(packet->tag);
            if (found == connections_.end()) continue;
            End& end = found->second.*to;
            if (packet->bytes.empty()) end.told = true;
            append(end.undelivered, packet->bytes);
        }
        for (auto& [tag, each] : connections_) deliver(each, each.*to);
    }

    static void deliver(Connection& connection, End& end) {
        while (!end.undelivered.empty()) {
            const ssize_t sent = ::send(end.socket, end.undelivered.data(), end.undelivered.size(), MSG_NOSIGNAL);
            if (sent < 0) {
                if (errno != EAGAIN && errno != EINTR && errno != ENOTCONN) connection.broken = true;
                return;
            }
            end.undelivered.erase(end.undelivered.begin(), end.undelivered.begin() + sent);
        }
        if (end.told && !end.shut) {
            ::shutdown(end.socket, SHUT_WR);
            end.shut = true;
        }
    }

    void drop_dead() {
        std::erase_if(connections_, [](const auto& entry) {
            const Connection& each = entry.second;
            if (!each.broken && !(each.left.shut && each.right.shut)) return false;
            ::close(each.left.socket);
            ::close(each.right.socket);
            return true;
        });
    }

    Lanes& lanes_;
    const sockaddr_in target_;
    int listener_ = -1;
    std::map<std::uint64_t, Connection> connections_;
    std::uint64_t last_tag_ = 0;
    bool input_ready_ = false;
};

}  // namespace

void run_tcp(Lanes& lanes, const std::string& host, unsigned short port) {
    Forwarder(lanes, host, port).run();
}

}  // namespace pronto::impair
