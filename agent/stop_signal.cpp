#include "agent/stop_signal.hpp"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <stdexcept>

namespace pronto::agent {

StopSignal::StopSignal() {
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGTERM);
    sigaddset(&both, SIGINT);
    pthread_sigmask(SIG_BLOCK, &both, nullptr);
    descriptor_ = signalfd(-1, &both, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor_ < 0) throw std::runtime_error("signals cannot be received");
}

StopSignal::~StopSignal() { close(descriptor_); }

bool StopSignal::came() {
    signalfd_siginfo which;
    if (read(descriptor_, &which, sizeof which) == static_cast<ssize_t>(sizeof which)) came_ = true;
    return came_;
}

}  // namespace pronto::agent
