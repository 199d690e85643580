#include "rfb-ext/tunnel/network_watch.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>

#include <linux/rtnetlink.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

using namespace pronto;
using namespace pronto::tunnel;

namespace {

template <class T>
void append(Bytes& to, const T& what) {
    const auto at = to.size();
    to.resize(at + sizeof what);
    std::memcpy(to.data() + at, &what, sizeof what);
}

Bytes route(std::uint16_t type, std::uint8_t family, std::uint8_t table, const Bytes& destination = {}) {
    Bytes body;
    rtmsg head{};
    head.rtm_family = family;
    head.rtm_table = table;
    head.rtm_type = RTN_UNICAST;
    append(body, head);
    if (!destination.empty()) {
        append(body, rtattr{static_cast<unsigned short>(sizeof(rtattr) + destination.size()), RTA_DST});
        body.insert(body.end(), destination.begin(), destination.end());
    }
    Bytes message;
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + body.size());
    header.nlmsg_type = type;
    append(message, header);
    message.insert(message.end(), body.begin(), body.end());
    return message;
}

const Bytes neighbours{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
const Bytes elsewhere{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

bool run(const std::string& command) { return std::system(command.c_str()) == 0; }

/// A network of its own for this process, which may set it up.
bool leave_the_network() {
    const uid_t user = ::getuid();
    if (::unshare(CLONE_NEWNET) == 0) return true;
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
    std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
    return ::getuid() == 0;
}

/// How many changes are told while `change` happens in a network of its own; -1 if there can be none here.
int changes_told(const std::string& before, const std::string& change) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        char told = -1;
        if (leave_the_network() && run(before)) {
            boost::asio::io_context io;
            told = 0;
            const NetworkWatch watch(io.get_executor(), [&] { ++told; }, Millis(50));
            if (!run(change)) told = -1;
            io.run_for(std::chrono::milliseconds(1'000));
        }
        [[maybe_unused]] const auto written = ::write(ends[1], &told, 1);
        ::_exit(0);
    }
    ::close(ends[1]);
    char told = -1;
    CHECK(::read(ends[0], &told, 1) == 1);
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return told;
}

}  // namespace

TEST_CASE("routes to other computers count, those of containers and links do not") {
    CHECK(tells_of_a_route(route(RTM_NEWROUTE, AF_INET, RT_TABLE_MAIN)));
    CHECK(tells_of_a_route(route(RTM_DELROUTE, AF_INET, RT_TABLE_MAIN, {192, 0, 2, 0})));
    CHECK(tells_of_a_route(route(RTM_NEWROUTE, AF_INET6, RT_TABLE_MAIN)));
    CHECK(tells_of_a_route(route(RTM_NEWROUTE, AF_INET6, RT_TABLE_MAIN, elsewhere)));
    CHECK_FALSE(tells_of_a_route(route(RTM_NEWROUTE, AF_INET6, RT_TABLE_MAIN, neighbours)));
    CHECK_FALSE(tells_of_a_route(route(RTM_NEWROUTE, AF_INET, RT_TABLE_LOCAL)));
    CHECK_FALSE(tells_of_a_route(route(RTM_NEWADDR, AF_INET, RT_TABLE_MAIN)));
    Bytes both = route(RTM_NEWROUTE, AF_INET6, RT_TABLE_MAIN, neighbours);
    const Bytes second = route(RTM_NEWROUTE, AF_INET, RT_TABLE_MAIN);
    both.insert(both.end(), second.begin(), second.end());
    CHECK(tells_of_a_route(both));
}

TEST_CASE("a message cut anywhere is never read past its end") {
    const Bytes whole = route(RTM_NEWROUTE, AF_INET6, RT_TABLE_MAIN, neighbours);
    for (std::size_t n = 0; n <= whole.size(); ++n) {
        const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
        CHECK_FALSE(tells_of_a_route(part));
    }
    Bytes lying = whole;
    lying[sizeof(nlmsghdr) + sizeof(rtmsg)] = 0xff;  // the attribute's length
    CHECK(tells_of_a_route(lying));                  // a route whose end nobody knows may lead anywhere
}

TEST_CASE("an address of a link that is up is there") {
    CHECK(has_address(boost::asio::ip::make_address("127.0.0.1")));
    CHECK_FALSE(has_address(boost::asio::ip::make_address("192.0.2.77")));
    CHECK_FALSE(has_address(boost::asio::ip::make_address("2001:db8::77")));
}

TEST_CASE("a watched network tells of an address that comes, a link that goes and a route") {
    const std::string veth = "ip link set lo up && ip link add va type veth peer name vb && ip link set vb up";
    const std::string up = veth + " && ip link set va up && ip addr add 192.0.2.1/24 dev va";
    CHECK(changes_told(veth, "ip link set va up && ip addr add 192.0.2.1/24 dev va") >= 1);
    CHECK(changes_told(up, "ip link set va down") >= 1);
    CHECK(changes_told(up, "ip route add default via 192.0.2.2") >= 1);
    CHECK(changes_told(up, "ip addr add 127.0.0.5/8 dev lo") == 0);
    CHECK(changes_told(up, "true") == 0);
}
