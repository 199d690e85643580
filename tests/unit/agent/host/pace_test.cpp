#include "agent/host/capture/pace.hpp"

#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::host;
using namespace std::chrono_literals;

TEST_CASE("a change after a quiet spell is looked at without delay") {
    Pace pace;
    const SteadyTime start{1h};
    CHECK(pace.due() <= start);
    pace.looked(start, 1ms);
    CHECK(pace.due() == start + 4ms);
    CHECK(pace.due() <= start + 1s);
}

TEST_CASE("a screen that changes all the time is looked at 60 times a second at most") {
    Pace pace;
    SteadyTime now{1h};
    int looks = 0;
    for (const auto end = now + 1s; now < end; ++looks) {
        pace.looked(now, 500us);
        now = pace.due();
    }
    CHECK(looks >= 58);
    CHECK(looks <= 63);
}

TEST_CASE("costly looks are spread so that two thirds of the time are left to others") {
    Pace pace;
    pace.looked(SteadyTime{1h}, 30ms);
    CHECK(pace.due() == SteadyTime{1h} + 60ms);
    pace.looked(SteadyTime{2h}, 5s);
    CHECK(pace.due() == SteadyTime{2h} + Pace::slowest);
}
