#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

#include "tests/support/impair/link.hpp"

namespace pronto::impair {

namespace {

constexpr std::size_t largest_packet = 65536;
constexpr int packets_at_once = 64;  ///< from one side, before the other is looked at

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno)));
}

/// A TUN device belongs to the namespace it was made in, its descriptor works from everywhere.
int open_tun(const std::string& side) {
    const auto split = side.find('=');
    if (split == std::string::npos) throw std::runtime_error(side + ": not NAMESPACE_FILE=DEVICE");
    const std::string file = side.substr(0, split);
    const std::string name = side.substr(split + 1);
    const int space = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (space < 0 || ::setns(space, CLONE_NEWNET) != 0) fail(file);
    ::close(space);
    const int tun = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (tun < 0) fail("/dev/net/tun");
    ifreq request{};
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    std::snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name.c_str());
    if (::ioctl(tun, TUNSETIFF, &request) != 0) fail(name);
    return tun;
}

void take_in(int tun, Lane& lane) {
    static std::array<Byte, largest_packet> buffer;
    for (int count = 0; count < packets_at_once; ++count) {
        const ssize_t got = ::read(tun, buffer.data(), buffer.size());
        if (got <= 0) return;
        const ByteView packet(buffer.data(), static_cast<std::size_t>(got));
        lane.put({Bytes(packet.begin(), packet.end())}, tcp_payload(packet), Clock::now());
    }
}

void give_out(Lane& lane, int tun) {
    while (const auto packet = lane.take(Clock::now()))
        (void)!::write(tun, packet->bytes.data(), packet->bytes.size());  // a device that is down loses it
}

}  // namespace

void run_tun(Lanes& lanes, const std::string& left, const std::string& right) {
    const int left_tun = open_tun(left);
    const int right_tun = open_tun(right);
    std::puts("ready");
    std::fflush(stdout);
    Commands commands;
    for (;;) {
        std::array<pollfd, 3> sources{pollfd{STDIN_FILENO, POLLIN, 0}, {left_tun, POLLIN, 0}, {right_tun, POLLIN, 0}};
        const timespec wait = time_to(lanes, Clock::now());
        if (::ppoll(sources.data(), sources.size(), &wait, nullptr) < 0 && errno != EINTR) fail("poll");
        if (sources[0].revents != 0 && !commands.obey_all(lanes)) break;
        take_in(left_tun, lanes.to_right);
        take_in(right_tun, lanes.to_left);
        give_out(lanes.to_right, right_tun);
        give_out(lanes.to_left, left_tun);
    }
}

}  // namespace pronto::impair
