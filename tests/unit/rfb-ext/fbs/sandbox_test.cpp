#include "rfb-ext/fbs/sandbox.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace {

/// How the probe ended.
int status_of(const std::string& deed) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl(PRONTO_SANDBOX_PROBE, PRONTO_SANDBOX_PROBE, deed.c_str(), nullptr);
        ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

}  // namespace

TEST_CASE("a process that has locked itself in computes and writes, and nothing else") {
    const int computed = status_of("compute");
    CHECK((WIFEXITED(computed) && WEXITSTATUS(computed) == 0));
    for (const auto* forbidden : {"open", "connect"}) {
        const int status = status_of(forbidden);
        CAPTURE(forbidden);
        CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS));
    }
    const int memory = status_of("memory");
    CHECK((WIFEXITED(memory) && WEXITSTATUS(memory) == 10));
}
