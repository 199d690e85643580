#include "rfb-ext/tunnel/socket_options.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <algorithm>

namespace pronto::tunnel {

namespace {

#ifndef TCP_RTO_MAX_MS
constexpr int TCP_RTO_MAX_MS = 44;  // linux/tcp.h of 6.15
#endif

void set(int descriptor, int level, int option, int value) {
    ::setsockopt(descriptor, level, option, &value, sizeof value);
}

int whole_seconds(Millis time) {
    return std::max(1, static_cast<int>(time.count() / 1000));
}

}  // namespace

void set_socket_options(int descriptor, const SocketOptions& options) {
    set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, whole_seconds(options.idle));
    set(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, whole_seconds(options.again));
    set(descriptor, IPPROTO_TCP, TCP_KEEPCNT,
        std::max(1, whole_seconds(options.unacknowledged) / whole_seconds(options.again)));
    set(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, options.unsent_bytes);
    set(descriptor, IPPROTO_TCP, TCP_RTO_MAX_MS, static_cast<int>(options.send_again.count()));
}

void set_control_socket_options(int descriptor, const SocketOptions& options) {
    set(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(options.unacknowledged.count()));
}

}  // namespace pronto::tunnel
