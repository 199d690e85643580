#include "rfb-ext/fbs/sandbox.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <string>

#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace pronto::fbs {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

[[noreturn]] void fail(const char* doing, int reason) {
    throw std::runtime_error(std::string("cannot lock itself in: ") + doing + ": " + std::strerror(reason));
}

void limit(__rlimit_resource resource, std::uint64_t most) {
    const rlimit both{static_cast<rlim_t>(most), static_cast<rlim_t>(most)};
    if (::setrlimit(resource, &both) != 0) fail("setrlimit", errno);
}

/// Memory, the descriptors that are open, time, and the end.
constexpr int allowed[] = {
    SCMP_SYS(read),           SCMP_SYS(readv),      SCMP_SYS(pread64),       SCMP_SYS(write),
    SCMP_SYS(writev),         SCMP_SYS(lseek),      SCMP_SYS(fsync),         SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),     SCMP_SYS(close),      SCMP_SYS(brk),           SCMP_SYS(mmap),
    SCMP_SYS(munmap),         SCMP_SYS(mremap),     SCMP_SYS(mprotect),      SCMP_SYS(madvise),
    SCMP_SYS(futex),          SCMP_SYS(getrandom),  SCMP_SYS(clock_gettime), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(getpid),     SCMP_SYS(gettid),        SCMP_SYS(tgkill),
    SCMP_SYS(exit),           SCMP_SYS(exit_group),
};

void filter_system_calls() {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no new privileges", errno);
    const std::unique_ptr<void, decltype(&::seccomp_release)> filter(::seccomp_init(SCMP_ACT_KILL_PROCESS),
                                                                     &::seccomp_release);
    if (!filter) fail("seccomp", ENOMEM);
    for (const int call : allowed)
        if (const int wrong = ::seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0); wrong < 0)
            fail("seccomp", -wrong);
    if (const int wrong = ::seccomp_load(filter.get()); wrong < 0) fail("seccomp", -wrong);
}

}  // namespace

void enter_sandbox(const SandboxLimits& limits) {
    ::tzset();  // or the first time written as text would open the time zone's file
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, limits.cpu_s);
    limit(RLIMIT_FSIZE, limits.file_bytes);
    if constexpr (!sanitized) {
        limit(RLIMIT_AS, limits.memory_bytes);
        limit(RLIMIT_NOFILE, 0);
        filter_system_calls();
    }
}

}  // namespace pronto::fbs
