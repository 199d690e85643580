#include "repeater/hub/attempts.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::hub;

namespace {

void miss(Attempts& attempts, const std::string& address, std::size_t times = Attempts::most_misses) {
    for (std::size_t i = 0; i < times; ++i) attempts.missed(address);
}

}  // namespace

TEST_CASE("five misses in ten minutes close an address, and only that one") {
    ManualClock clock;
    Attempts attempts(clock);
    miss(attempts, "192.0.2.1", 4);
    CHECK(attempts.allowed("192.0.2.1"));
    attempts.missed("192.0.2.1");
    CHECK_FALSE(attempts.allowed("192.0.2.1"));
    CHECK(attempts.allowed("192.0.2.2"));
    clock.advance(Attempts::window - Millis{1});
    CHECK_FALSE(attempts.allowed("192.0.2.1"));
    clock.advance(Millis{1});
    CHECK(attempts.allowed("192.0.2.1"));
}

TEST_CASE("misses slide out of the window one by one") {
    ManualClock clock;
    Attempts attempts(clock);
    for (std::size_t i = 0; i < Attempts::most_misses; ++i) {
        attempts.missed("192.0.2.1");
        clock.advance(std::chrono::minutes(1));
    }
    CHECK_FALSE(attempts.allowed("192.0.2.1"));
    clock.advance(std::chrono::minutes(5));
    CHECK(attempts.allowed("192.0.2.1"));
    attempts.missed("192.0.2.1");
    CHECK_FALSE(attempts.allowed("192.0.2.1"));
}

TEST_CASE("a success forgets the misses before it") {
    ManualClock clock;
    Attempts attempts(clock);
    miss(attempts, "192.0.2.1", 4);
    attempts.succeeded("192.0.2.1");
    miss(attempts, "192.0.2.1", 4);
    CHECK(attempts.allowed("192.0.2.1"));
}

TEST_CASE("an IPv6 /64 counts as one address, however it is written") {
    const std::vector<std::pair<const char*, const char*>> same{
        {"2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff"},
        {"2001:db8::1", "2001:db8:0:0:5::"},
        {"::1", "0:0:0:0:1:2:3:4"},
        {"fe80::1", "fe80:0:0:0:1::"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
    };
    for (const auto& [one, other] : same) {
        INFO(one << " and " << other);
        ManualClock clock;
        Attempts attempts(clock);
        miss(attempts, one);
        CHECK_FALSE(attempts.allowed(other));
    }
    ManualClock clock;
    Attempts attempts(clock);
    miss(attempts, "2001:db8:0:1::1");
    CHECK(attempts.allowed("2001:db8:0:2::1"));
    CHECK(attempts.allowed("2001:db8::1"));
}

TEST_CASE("many misses on the node delay everybody, up to two seconds, and nobody is refused for it") {
    ManualClock clock;
    Attempts attempts(clock);
    for (int i = 0; i < 20; ++i) attempts.missed(fmt::format("192.0.2.{}", i));
    CHECK(attempts.delay() == Millis{0});
    attempts.missed("192.0.2.100");
    const auto first = attempts.delay();
    CHECK(first > Millis{0});
    for (int i = 0; i < 5'000; ++i) attempts.missed(fmt::format("198.51.{}.{}", i / 250, i % 250));
    CHECK(attempts.delay() == Attempts::longest_delay);
    CHECK(attempts.allowed("203.0.113.1"));
    clock.advance(Attempts::window);
    CHECK(attempts.delay() == Millis{0});
}

TEST_CASE("tries at the same time are no more than tries one after the other") {
    ManualClock clock;
    Attempts attempts(clock);
    for (std::size_t i = 0; i < Attempts::most_misses; ++i) CHECK(attempts.begin("192.0.2.1"));
    CHECK_FALSE(attempts.begin("192.0.2.1"));
    CHECK(attempts.begin("192.0.2.2"));
    attempts.take_back("192.0.2.1");  // that one was never answered
    CHECK(attempts.begin("192.0.2.1"));
    for (std::size_t i = 0; i < Attempts::most_misses; ++i) attempts.failed();
    CHECK_FALSE(attempts.allowed("192.0.2.1"));
    clock.advance(Attempts::window);
    CHECK(attempts.begin("192.0.2.1"));
    attempts.succeeded("192.0.2.1");
    attempts.take_back("192.0.2.1");
    for (std::size_t i = 0; i < Attempts::most_misses; ++i) CHECK(attempts.begin("192.0.2.1"));
}
