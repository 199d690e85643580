#include "repeater/recording/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

#include "rfb-ext/base/log.hpp"

extern char** environ;

namespace pronto::recording {

namespace {

/// What the program finds when it starts.
class Surroundings {
public:
    explicit Surroundings(int errors) {
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
        ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
        ::posix_spawnattr_init(&how);
        sigset_t signals;
        ::sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&how, &signals);
        ::sigfillset(&signals);
        ::posix_spawnattr_setsigdefault(&how, &signals);
        ::posix_spawnattr_setpgroup(&how, 0);
        ::posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    ~Surroundings() {
        ::posix_spawn_file_actions_destroy(&files);
        ::posix_spawnattr_destroy(&how);
    }
    Surroundings(const Surroundings&) = delete;
    Surroundings& operator=(const Surroundings&) = delete;

    posix_spawn_file_actions_t files{};
    posix_spawnattr_t how{};
};

[[noreturn]] void fail(const std::filesystem::path& program, int reason) {
    throw std::runtime_error(fmt::format("cannot run {}: {}", program.string(), std::strerror(reason)));
}

}  // namespace

Child start_child(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    int errors[2];
    if (::pipe2(errors, O_CLOEXEC) != 0) fail(program, errno);
    Child child;
    child.errors = errors[0];
    int problem = 0;
    {
        const Surroundings around(errors[1]);
        problem = ::posix_spawn(&child.pid, program.c_str(), &around.files, &around.how, argv.data(), environ);
    }
    ::close(errors[1]);
    if (problem == 0 && (child.end = static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0))) < 0) {
        problem = errno;
        ::kill(child.pid, SIGKILL);
        ::waitpid(child.pid, nullptr, 0);
    }
    if (problem != 0) {
        ::close(child.errors);
        fail(program, problem);
    }
    ::fcntl(child.errors, F_SETFL, O_NONBLOCK);
    return child;
}

std::string how_it_ended(const Child& child) {
    siginfo_t end{};
    while (::waitid(P_PIDFD, static_cast<id_t>(child.end), &end, WEXITED) != 0)
        if (errno != EINTR) return fmt::format("its end is not known: {}", std::strerror(errno));
    if (end.si_code != CLD_EXITED)
        return fmt::format("ended by signal {} ({})", end.si_status, ::strsignal(end.si_status));
    return end.si_status == 0 ? std::string() : fmt::format("exit code {}", end.si_status);
}

void lower_own_priority() {
    constexpr int lowest = 19;
    constexpr int who_process = 1;       // IOPRIO_WHO_PROCESS; glibc has no name for these
    constexpr int idle_class = 3 << 13;  // IOPRIO_CLASS_IDLE
    // On Linux both are a thread's own, whatever POSIX says of processes.
    if (::setpriority(PRIO_PROCESS, 0, lowest) != 0) log::warning("movies are finished at normal priority");
    if (::syscall(SYS_ioprio_set, who_process, 0, idle_class) != 0) log::debug("no idle class of disk access here");
}

}  // namespace pronto::recording
