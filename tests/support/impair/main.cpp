#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>
#include <string>

#include "tests/support/impair/link.hpp"

namespace pronto::impair {

bool Commands::obey_all(Lanes& lanes) {
    char buffer[4096];
    const ssize_t got = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (got == 0) return false;
    if (got > 0) pending_.append(buffer, static_cast<std::size_t>(got));
    for (std::size_t end; (end = pending_.find('\n')) != std::string::npos; pending_.erase(0, end + 1))
        std::printf("%s\n", obey(lanes, std::string_view(pending_).substr(0, end), Clock::now()).c_str());
    std::fflush(stdout);
    return true;
}

timespec time_to(const Lanes& lanes, Time now) {
    constexpr auto longest = std::chrono::seconds(1);
    std::chrono::nanoseconds wait = longest;
    for (const Lane* lane : {&lanes.to_right, &lanes.to_left})
        if (const auto next = lane->next(now))
            wait = std::clamp<std::chrono::nanoseconds>(*next - now, std::chrono::nanoseconds(0), wait);
    constexpr auto second = std::chrono::nanoseconds(longest);
    return {.tv_sec = wait / second, .tv_nsec = (wait % second).count()};
}

}  // namespace pronto::impair

/// impair tun NAMESPACE_FILE=DEVICE NAMESPACE_FILE=DEVICE | impair tcp HOST PORT. PRONTO_SEED: the dice of the losses.
int main(int argc, char** argv) {
    using namespace pronto::impair;
    const char* chosen = std::getenv("PRONTO_SEED");
    const auto seed = chosen ? static_cast<std::uint32_t>(std::strtoul(chosen, nullptr, 10)) : std::random_device()();
    Lanes lanes{Lane(seed), Lane(seed + 1)};
    try {
        const std::string mode = argc == 4 ? argv[1] : "";
        if (mode == "tun")
            run_tun(lanes, argv[2], argv[3]);
        else if (mode == "tcp")
            lanes.lossless = true, run_tcp(lanes, argv[2], static_cast<unsigned short>(std::atoi(argv[3])));
        else
            throw std::runtime_error(
                "usage: impair tun NAMESPACE_FILE=DEVICE NAMESPACE_FILE=DEVICE | impair tcp HOST PORT");
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "impair: %s\n", problem.what());
        return 1;
    }
    return 0;
}
