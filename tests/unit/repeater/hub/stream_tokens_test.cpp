#include "repeater/hub/stream_tokens.hpp"

#include <catch2/catch.hpp>

#include "repeater/hub/hub.hpp"

using namespace pronto;
using namespace pronto::hub;

TEST_CASE("a stream token opens its side once") {
    ManualClock clock;
    StreamTokens tokens(Millis{60'000}, clock);
    const auto host = tokens.issue({"1-0", "screen.1.1", Side::host});
    const auto viewer = tokens.issue({"1-0", "screen.1.1", Side::viewer});
    CHECK(host != viewer);
    CHECK(host.size() == 43);
    const auto opens = tokens.redeem(viewer);
    REQUIRE(opens);
    CHECK(opens->session == "1-0");
    CHECK(opens->stream == "screen.1.1");
    CHECK(opens->side == Side::viewer);
    CHECK_FALSE(tokens.redeem(viewer));
    CHECK(tokens.redeem(host)->side == Side::host);
    CHECK(tokens.live() == 0);
    CHECK_FALSE(tokens.next_deadline());
}

TEST_CASE("a stream token lives to its last millisecond") {
    ManualClock clock;
    StreamTokens tokens(Millis{60'000}, clock);
    const auto in_time = tokens.issue({"1-0", "s", Side::host});
    const auto too_late = tokens.issue({"1-0", "s", Side::viewer});
    CHECK(tokens.next_deadline() == clock.now() + Millis{60'000});
    clock.advance(Millis{59'999});
    CHECK(tokens.redeem(in_time));
    clock.advance(Millis{1});
    CHECK_FALSE(tokens.redeem(too_late));
    CHECK(tokens.live() == 0);
}

TEST_CASE("tokens nobody used are forgotten with the time or with their session") {
    ManualClock clock;
    StreamTokens tokens(Millis{60'000}, clock);
    tokens.issue({"1-0", "s", Side::host});
    const auto other = tokens.issue({"1-1", "s", Side::host});
    tokens.issue({"1-0", "s", Side::viewer});
    tokens.forget("1-0");
    CHECK(tokens.live() == 1);
    CHECK(tokens.redeem(other));
    tokens.issue({"1-2", "s", Side::host});
    clock.advance(Millis{60'000});
    tokens.tick();
    CHECK(tokens.live() == 0);
    tokens.forget("1-2");
}

TEST_CASE("anything else opens nothing") {
    ManualClock clock;
    StreamTokens tokens(Millis{60'000}, clock);
    const auto token = tokens.issue({"1-0", "s", Side::host});
    CHECK_FALSE(tokens.redeem(""));
    CHECK_FALSE(tokens.redeem(token + "="));
    CHECK_FALSE(tokens.redeem(token.substr(1)));
    CHECK(tokens.redeem(token));
}
