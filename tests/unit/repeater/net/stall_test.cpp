#include "repeater/net/stall.hpp"

#include <catch2/catch.hpp>

using pronto::net::StallWatch;

namespace {

constexpr int ticks = static_cast<int>(StallWatch::longest / StallWatch::tick);

}  // namespace

TEST_CASE("a leg that takes nothing for thirty seconds is stalled") {
    StallWatch watch;
    CHECK_FALSE(watch.stalled(true, 100));  // they came since the last look
    for (int i = 1; i < ticks; ++i) CHECK_FALSE(watch.stalled(true, 100));
    CHECK(watch.stalled(true, 100));
}

TEST_CASE("a leg that takes a byte now and then is slow, not stalled") {
    StallWatch watch;
    for (std::uint64_t taken = 1; taken < 10; ++taken)
        for (int i = 0; i < ticks; ++i) CHECK_FALSE(watch.stalled(true, taken));
}

TEST_CASE("a leg that has nothing to take is not stalled") {
    StallWatch watch;
    for (int i = 0; i < 10 * ticks; ++i) CHECK_FALSE(watch.stalled(false, 100));
    for (int i = 1; i < ticks; ++i) CHECK_FALSE(watch.stalled(true, 100));
    CHECK(watch.stalled(true, 100));
}
