#include "rfb-ext/tunnel/socket_options.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace pronto::tunnel;

TEST_CASE("sockets towards the hub find out that the other side is gone, and hold little back") {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(socket >= 0);
    set_socket_options(socket);
    const auto option = [&](int level, int name) {
        int value = -1;
        socklen_t size = sizeof value;
        REQUIRE(::getsockopt(socket, level, name, &value, &size) == 0);
        return value;
    };
    CHECK(option(IPPROTO_TCP, TCP_NODELAY) == 1);
    CHECK(option(SOL_SOCKET, SO_KEEPALIVE) == 1);
    CHECK(option(IPPROTO_TCP, TCP_KEEPIDLE) == 20);
    CHECK(option(IPPROTO_TCP, TCP_KEEPINTVL) == 5);
    CHECK(option(IPPROTO_TCP, TCP_KEEPCNT) == 3);
    CHECK(option(IPPROTO_TCP, TCP_NOTSENT_LOWAT) == 16 * 1024);
    CHECK(option(IPPROTO_TCP, TCP_USER_TIMEOUT) == 0);  // who only takes nothing for a while is not cut by the kernel
    set_control_socket_options(socket);
    CHECK(option(IPPROTO_TCP, TCP_USER_TIMEOUT) == 15'000);
    ::close(socket);
}
