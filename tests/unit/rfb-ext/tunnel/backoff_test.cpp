#include "rfb-ext/tunnel/backoff.hpp"

#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::tunnel;

TEST_CASE("waits double up to the longest one") {
    Backoff backoff({Millis(500), Millis(50'000)});
    for (const int expected : {500, 1'000, 2'000, 4'000, 8'000, 16'000, 32'000, 50'000, 50'000})
        CHECK(backoff.next(0.5) == Millis(expected));
    backoff.reset();
    CHECK(backoff.next(0.5) == Millis(500));
}

TEST_CASE("chance makes a wait up to a fifth longer or shorter") {
    CHECK(Backoff({Millis(500), Millis(50'000)}).next(0) == Millis(400));
    CHECK(Backoff({Millis(500), Millis(50'000)}).next(0.99999) == Millis(600));
    Backoff longest({Millis(50'000), Millis(50'000)});
    CHECK(longest.next(0.99999) <= Millis(60'000));
}

TEST_CASE("a limit holds with chance included, and the doubling goes on below it") {
    Backoff backoff({Millis(500), Millis(50'000)});
    for (int i = 0; i < 4; ++i) CHECK(backoff.next(0.99999, Millis(1'000)) <= Millis(1'000));
    CHECK(backoff.next(0, Millis(1'000)) < Millis(700));
    CHECK(backoff.next(0.5) == Millis(16'000));
}
