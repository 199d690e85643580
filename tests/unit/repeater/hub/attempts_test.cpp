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

TEST_CASE("many misses on the node make everybody's tries take turns, and nobody's address is refused for it") {
    ManualClock clock;
    Attempts attempts(clock);
    for (int i = 0; i < 20; ++i) attempts.missed(fmt::format("192.0.2.{}", i));
    for (int i = 0; i < 100; ++i) CHECK(attempts.turn("203.0.113.1") == Millis{0});
    for (int i = 0; i < 5'000; ++i) attempts.missed(fmt::format("198.51.{}.{}", i / 250, i % 250));
    CHECK(attempts.turn("203.0.113.1") == Millis{0});
    CHECK(attempts.turn("203.0.113.2") == Attempts::slowest_turn);
    CHECK(attempts.turn("203.0.113.3") == 2 * Attempts::slowest_turn);
    CHECK(attempts.allowed("203.0.113.1"));
    clock.advance(Attempts::window);
    CHECK(attempts.turn("203.0.113.1") == Millis{0});
    CHECK(attempts.turn("203.0.113.1") == Millis{0});
}

TEST_CASE("however many addresses guess, nobody waits more than two seconds, and nobody is sent away") {
    ManualClock clock;
    Attempts attempts(clock);
    for (int i = 0; i < 100; ++i) attempts.missed(fmt::format("192.0.2.{}", i));
    int longest = 0;
    for (int second = 0; second < 60; ++second) {
        for (int i = 0; i < 500; ++i) {
            const auto wait = attempts.turn(fmt::format("2001:db8:{:x}:{:x}::1", second, i));
            REQUIRE(wait.has_value());
            REQUIRE(*wait <= Attempts::longest_wait);
            longest += *wait == Attempts::longest_wait;
        }
        clock.advance(Millis{1'000});
    }
    CHECK(longest >= 60 * (500 - 21));  // beyond ten a second
}

TEST_CASE("one address does not fill the queue of turns") {
    ManualClock clock;
    Attempts attempts(clock);
    for (int i = 0; i < 100; ++i) attempts.missed(fmt::format("192.0.2.{}", i));
    std::size_t places = 0;
    for (int i = 0; i < 100; ++i) places += attempts.turn(fmt::format("2001:db8::{:x}", i)).has_value();
    CHECK(places == 1 + Attempts::most_misses);  // the first had not to wait
    CHECK(attempts.turn("203.0.113.1") == Attempts::slowest_turn * static_cast<int>(places));
    clock.advance(Attempts::slowest_turn);
    CHECK(attempts.turn("2001:db8::1").has_value());
}

TEST_CASE("with all the addresses known that are remembered, the one with the oldest miss goes, and quickly") {
    ManualClock clock;
    Attempts attempts(clock);
    const auto address = [](int i) { return fmt::format("2001:db8:{:x}:{:x}::1", i / 65'536, i % 65'536); };
    const auto misses = [&](int from, int upto) {
        const auto began = std::chrono::steady_clock::now();
        for (int i = from; i < upto; ++i) {
            attempts.missed(address(i));
            if (i < 5) miss(attempts, address(i), Attempts::most_misses - 1);
            clock.advance(Millis{1});
        }
        return std::chrono::steady_clock::now() - began;
    };
    const auto filling = misses(0, 20'000);
    attempts.missed(address(1));
    CHECK_FALSE(attempts.allowed(address(0)));
    const auto beyond = misses(20'000, 22'000);
    CHECK(attempts.allowed(address(0)));
    CHECK_FALSE(attempts.allowed(address(1)));  // it missed again since
    CHECK(attempts.allowed(address(2)));
    CHECK(beyond < filling);  // a tenth of the work: walking all of them at each would be a thousand times of it
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
