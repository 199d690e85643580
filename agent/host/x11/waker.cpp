#include "agent/host/x11/waker.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

namespace pronto::host::x11 {

Waker::Waker() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (event_ < 0) throw std::runtime_error("no descriptor left for an event");
}
Waker::~Waker() { close(event_); }

void Waker::wake() {
    const std::uint64_t one = 1;
    // Fails only when the counter is full: then the other side is awake already.
    [[maybe_unused]] const auto written = write(event_, &one, sizeof one);
}

bool Waker::wait(int descriptor, int timeout_ms) {
    pollfd both[2] = {{descriptor, POLLIN, 0}, {event_, POLLIN, 0}};
    if (poll(both, 2, timeout_ms) <= 0) return true;
    if (both[1].revents & POLLIN) {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto taken = read(event_, &count, sizeof count);
    }
    return (both[0].revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
}

}  // namespace pronto::host::x11
