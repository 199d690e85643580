#include "rfb-ext/vnc/thread_end.hpp"

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pronto::vnc {

ThreadEnd::ThreadEnd(int fd) {
    duplicate_ = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    event_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (duplicate_ < 0 || event_ < 0) {
        ::close(fd);
        ::close(duplicate_);
        ::close(event_);
        throw std::runtime_error("out of file descriptors");
    }
}

ThreadEnd::~ThreadEnd() {
    ::close(duplicate_);
    ::close(event_);
}

void ThreadEnd::wake() {
    ::eventfd_write(event_, 1);
}

void ThreadEnd::cut() {
    cut_ = true;
    ::shutdown(duplicate_, SHUT_RDWR);
    wake();
}

bool ThreadEnd::wait(int fd, Millis most, bool to_write) {
    const auto events = static_cast<short>(to_write ? POLLIN | POLLOUT : POLLIN);
    pollfd waiting[] = {{fd, events, 0}, {event_, POLLIN, 0}};
    const auto timeout = most.count() < 0 ? -1 : static_cast<int>(std::min<Millis::rep>(most.count(), 3'600'000));
    if (::poll(waiting, 2, timeout) <= 0 || !waiting[1].revents) return false;
    eventfd_t ignored;
    ::eventfd_read(event_, &ignored);
    return true;
}

void ThreadEnd::finish() {
    ::shutdown(duplicate_, SHUT_RDWR);
}

void block_pipe_signal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace pronto::vnc
