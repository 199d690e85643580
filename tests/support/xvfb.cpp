#include "tests/support/xvfb.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace pronto::test {
namespace {

std::vector<char*> arguments(const std::vector<std::string>& words) {
    std::vector<char*> out;
    for (const auto& word : words) out.push_back(const_cast<char*>(word.c_str()));
    out.push_back(nullptr);
    return out;
}

/// Only exec-safe calls between fork and exec: the test may have threads. `in`/`out`: -1 for /dev/null.
pid_t spawn(const std::vector<std::string>& command, const std::string& display, int in, int out, int keep = -1) {
    auto words = command;
    if (!display.empty()) words.insert(words.begin(), {"env", "DISPLAY=" + display});
    const auto argv = arguments(words);
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    const int nothing = open("/dev/null", O_RDWR);
    dup2(in >= 0 ? in : nothing, 0);
    dup2(out >= 0 ? out : nothing, 1);
    dup2(nothing, 2);
    for (int fd = 3; fd < 1024; ++fd)
        if (fd != keep) close(fd);
    execvp(argv[0], argv.data());
    _exit(127);
}

void end(pid_t child, int signal) {
    if (child <= 0) return;
    ::kill(child, signal);
    waitpid(child, nullptr, 0);
}

}  // namespace

Xvfb::Xvfb(const std::string& screen, std::vector<std::string> more) {
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0) throw std::runtime_error("no descriptors left");
    fcntl(ready[1], F_SETFD, 0);
    std::vector<std::string> command{"Xvfb", "-displayfd", std::to_string(ready[1]), "-noreset", "-nolisten", "tcp",
                                     "-screen", "0", screen, "+extension", "RANDR"};
    command.insert(command.end(), more.begin(), more.end());
    server_ = spawn(command, "", -1, -1, ready[1]);
    close(ready[1]);
    pollfd wait{ready[0], POLLIN, 0};
    std::string number;
    char c = 0;
    while (number.find('\n') == std::string::npos && poll(&wait, 1, 20'000) > 0 && read(ready[0], &c, 1) == 1) number += c;
    close(ready[0]);
    if (number.find('\n') == std::string::npos) {
        kill();
        throw std::runtime_error("Xvfb did not start: is it installed?");
    }
    number.pop_back();
    display_ = ":" + number;
}

Xvfb::~Xvfb() {
    for (const pid_t client : clients_) end(client, SIGKILL);
    end(server_, SIGTERM);
}

void Xvfb::kill() {
    end(server_, SIGKILL);
    server_ = -1;
}

Xvfb::Ran Xvfb::run(const std::vector<std::string>& command, const std::string& input) const {
    // Files, not pipes: xclip leaves a child behind that keeps them open.
    const int in = memfd_create("input", MFD_CLOEXEC), out = memfd_create("output", MFD_CLOEXEC);
    if (in < 0 || out < 0) throw std::runtime_error("no descriptors left");
    [[maybe_unused]] const auto written = pwrite(in, input.data(), input.size(), 0);
    const pid_t child = spawn(command, display_, in, out);
    int status = 0;
    waitpid(child, &status, 0);
    Ran ran;
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    char part[4096];
    for (ssize_t n = 0; (n = pread(out, part, sizeof part, static_cast<off_t>(ran.output.size()))) > 0;)
        ran.output.append(part, static_cast<std::size_t>(n));
    close(in);
    close(out);
    return ran;
}

pid_t Xvfb::start(const std::vector<std::string>& command) {
    clients_.push_back(spawn(command, display_, -1, -1));
    return clients_.back();
}

}  // namespace pronto::test
