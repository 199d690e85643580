#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <thread>

#include "agent/host/screen_session.hpp"
#include "rfb-ext/vnc/screen_server.hpp"
#include "tests/bench/network/parts.hpp"

namespace pronto::bench {

namespace {

int listen_on(std::uint16_t port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, 4) != 0)
        throw std::runtime_error("cannot listen");
    return listener;
}

/// Greets in the library's stead (ScreenServer says why) and carries the bytes; the same small buffers as towards a
/// hub.
void serve(host::ScreenSession& session, int viewer) {
    const int on = 1;
    const int unsent = 16 * 1024;
    ::setsockopt(viewer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(viewer, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
    send_all(viewer, vnc::ScreenServer::greeting);
    const std::string version = receive_exactly(viewer, vnc::ScreenServer::answer_bytes);
    int ours = -1;
    int theirs = -1;
    make_pair(ours, theirs);
    send_all(ours, version);
    const auto id = session.start(theirs, control::Mode::control);
    std::thread input([viewer, ours] { pump(viewer, ours, 0); });
    pump(ours, viewer, vnc::ScreenServer::greeting.size());
    input.join();
    session.stop(id);
    ::close(ours);
}

}  // namespace

int run_direct_agent(const std::string& display, std::uint16_t port) {
    const int listener = listen_on(port);
    std::puts("ready");
    std::fflush(stdout);
    host::ScreenSession session({.display = display, .name = "bench"}, {});
    for (;;) {
        const int viewer = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (viewer < 0) continue;
        try {
            serve(session, viewer);
        } catch (const std::runtime_error&) {
            // a viewer that left: the next one
        }
        ::close(viewer);
    }
}

}  // namespace pronto::bench
