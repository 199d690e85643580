#include "repeater/hub/deadlines.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::hub;

namespace {
SteadyTime at(int ms) {
    return SteadyTime{} + Millis{ms};
}
}  // namespace

TEST_CASE("a deadline is due at its very millisecond, the earliest first") {
    Deadlines<std::string> deadlines;
    CHECK_FALSE(deadlines.first());
    deadlines.set("late", at(30));
    deadlines.set("early", at(10));
    deadlines.set("middle", at(20));
    CHECK(deadlines.first() == at(10));
    CHECK(deadlines.take_due(at(9)).empty());
    CHECK(deadlines.take_due(at(20)) == std::vector<std::string>{"early", "middle"});
    CHECK(deadlines.first() == at(30));
    CHECK(deadlines.size() == 1);
}

TEST_CASE("a key has one deadline, which can be moved or cleared") {
    Deadlines<int> deadlines;
    deadlines.set(1, at(10));
    deadlines.set(1, at(50));
    CHECK(deadlines.of(1) == at(50));
    CHECK(deadlines.take_due(at(49)).empty());
    deadlines.clear(1);
    deadlines.clear(2);
    CHECK_FALSE(deadlines.of(1));
    CHECK(deadlines.size() == 0);
    CHECK(deadlines.take_due(at(100)).empty());
}
