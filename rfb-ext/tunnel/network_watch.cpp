#include "rfb-ext/tunnel/network_watch.hpp"

#include <cstring>
#include <set>

#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/result.hpp"

namespace pronto::tunnel {

namespace {

std::optional<asio::ip::address> address_of(const sockaddr* at) {
    if (at && at->sa_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, at, sizeof v4);
        return asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
    }
    if (at && at->sa_family == AF_INET6) {
        sockaddr_in6 v6;
        std::memcpy(&v6, at, sizeof v6);
        asio::ip::address_v6::bytes_type bytes;
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        return asio::ip::address_v6(bytes);
    }
    return std::nullopt;
}

bool is_local(const asio::ip::address& address) {
    return address.is_loopback() || (address.is_v6() && address.to_v6().is_link_local()) ||
           (address.is_v4() && (address.to_v4().to_uint() >> 16) == 0xa9fe);
}

/// The addresses of links that are up.
std::set<asio::ip::address> addresses_now() {
    std::set<asio::ip::address> all;
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) return all;
    for (const ifaddrs* each = first; each; each = each->ifa_next) {
        constexpr unsigned usable = IFF_UP | IFF_RUNNING;
        const auto address = address_of(each->ifa_addr);
        if (address && (each->ifa_flags & usable) == usable) all.insert(*address);
    }
    ::freeifaddrs(first);
    return all;
}

/// Of those, the ones by which other computers can be reached.
std::set<asio::ip::address> ways_out() {
    auto all = addresses_now();
    std::erase_if(all, is_local);
    return all;
}

int subscribe() {
    const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (fd < 0) return -1;
    sockaddr_nl who{};
    who.nl_family = AF_NETLINK;
    who.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&who), sizeof who) == 0) return fd;
    ::close(fd);
    return -1;
}

template <class T>
std::optional<T> read_at(ByteView bytes, std::size_t at) {
    if (bytes.size() < at || bytes.size() - at < sizeof(T)) return std::nullopt;
    T read;
    std::memcpy(&read, bytes.data() + at, sizeof read);
    return read;
}

constexpr std::size_t aligned(std::size_t size) {
    return (size + 3) & ~std::size_t{3};
}

/// IPv6 gives each link, also a container's, a route to its neighbours and one to its groups.
bool leads_to_neighbours(ByteView attributes) {
    for (std::size_t at = 0;;) {
        const auto head = read_at<rtattr>(attributes, at);
        if (!head || head->rta_len < sizeof(rtattr) || head->rta_len > attributes.size() - at) return false;
        if (head->rta_type == RTA_DST && head->rta_len >= sizeof(rtattr) + 2) {
            const auto first = attributes[at + sizeof(rtattr)], second = attributes[at + sizeof(rtattr) + 1];
            return first == 0xff || (first == 0xfe && (second & 0xc0) == 0x80);
        }
        at += aligned(head->rta_len);
        if (at >= attributes.size()) return false;
    }
}

bool is_a_way_out(ByteView body) {
    const auto route = read_at<rtmsg>(body, 0);
    if (!route || route->rtm_table != RT_TABLE_MAIN || (route->rtm_flags & RTM_F_CLONED) != 0) return false;
    if (route->rtm_type == RTN_LOCAL || route->rtm_type == RTN_BROADCAST || route->rtm_type == RTN_MULTICAST)
        return false;
    const auto head = aligned(sizeof(rtmsg));
    return route->rtm_family != AF_INET6 || body.size() < head || !leads_to_neighbours(body.subspan(head));
}

}  // namespace

bool tells_of_a_route(ByteView datagram) {
    for (std::size_t at = 0;;) {
        const auto head = read_at<nlmsghdr>(datagram, at);
        if (!head || head->nlmsg_len < sizeof(nlmsghdr) || head->nlmsg_len > datagram.size() - at) return false;
        const bool of_route = head->nlmsg_type == RTM_NEWROUTE || head->nlmsg_type == RTM_DELROUTE;
        if (of_route && is_a_way_out(datagram.subspan(at + sizeof(nlmsghdr), head->nlmsg_len - sizeof(nlmsghdr))))
            return true;
        at += aligned(head->nlmsg_len);
        if (at >= datagram.size()) return false;
    }
}

bool has_address(const asio::ip::address& address) {
    const auto all = addresses_now();
    if (!address.is_v6()) return all.contains(address);
    return all.contains(asio::ip::address_v6(address.to_v6().to_bytes()));  // without its scope
}

class NetworkWatch::State : public std::enable_shared_from_this<State> {
public:
    State(const asio::any_io_executor& executor, std::function<void()> changed, Millis settling)
        : changed_(std::move(changed)), settling_(settling), socket_(executor), timer_(executor) {}

    void start() {
        const int fd = subscribe();
        if (fd < 0) {
            log::info("this system does not tell of changes of its network: {}", std::strerror(errno));
            return;
        }
        socket_.assign(fd);
        before_ = ways_out();
        wait();
    }
    void stop() {
        changed_ = nullptr;
        ErrorCode ignored;
        socket_.close(ignored);
        timer_.cancel();
    }

private:
    void wait() {
        socket_.async_wait(asio::posix::stream_descriptor::wait_read,
                           [self = shared_from_this()](const ErrorCode& error) {
                               if (error || !self->changed_) return;
                               self->read_all();
                               self->wait();
                           });
    }

    void read_all() {
        for (;;) {
            const auto got = ::recv(socket_.native_handle(), buffer_.data(), buffer_.size(), 0);
            if (got < 0 && errno == ENOBUFS)
                route_changed_ = true;  // more happened than the kernel kept for us
            else if (got <= 0)
                break;
            else if (tells_of_a_route(ByteView(buffer_).first(static_cast<std::size_t>(got))))
                route_changed_ = true;
        }
        if (std::exchange(settles_, true)) return;
        timer_.expires_after(settling_);
        timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
            if (!error) self->settled();
        });
    }

    void settled() {
        settles_ = false;
        auto now = ways_out();
        const bool changed = std::exchange(route_changed_, false) || now != before_;
        before_ = std::move(now);
        if (const auto tell = changed_; tell && changed) tell();
    }

    std::function<void()> changed_;
    const Millis settling_;
    asio::posix::stream_descriptor socket_;
    asio::steady_timer timer_;
    Bytes buffer_ = Bytes(16 * 1024);  // the kernel's messages are of a page, with links' statistics of two
    std::set<asio::ip::address> before_;
    bool settles_ = false;
    bool route_changed_ = false;
};

NetworkWatch::NetworkWatch(const asio::any_io_executor& executor, std::function<void()> changed, Millis settling)
    : state_(std::make_shared<State>(executor, std::move(changed), settling)) {
    state_->start();
}

NetworkWatch::~NetworkWatch() {
    state_->stop();
}

}  // namespace pronto::tunnel
