#include "rfb-ext/base/clock.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace pronto;

TEST_CASE("times are written in RFC 3339 with milliseconds") {
    CHECK(rfc3339(0) == "1970-01-01T00:00:00.000Z");
    CHECK(rfc3339(1'795'339'800'125) == "2026-11-22T09:30:00.125Z");
    CHECK(rfc3339(-1) == "1969-12-31T23:59:59.999Z");
    CHECK(rfc3339(951'782'400'000) == "2000-02-29T00:00:00.000Z");
}

TEST_CASE("what was written is read back to the millisecond") {
    for (const UnixMillis time :
         {0LL, 1LL, 999LL, -1LL, 951'868'799'999LL, 1'795'339'800'125LL, 253'402'300'799'999LL, -62'135'596'800'000LL})
        CHECK(parse_rfc3339(rfc3339(time)) == time);
}

TEST_CASE("only that exact form and dates of the calendar are read") {
    for (const char* wrong : {"",
                              "2026-11-22",
                              "2026-11-22T09:30:00Z",
                              "2026-11-22T09:30:00.125",
                              "2026-11-22T09:30:00.125z",
                              "2026-11-22t09:30:00.125Z",
                              "2026-11-22 09:30:00.125Z",
                              "2026-11-22T09:30:00.125+",
                              "2026-11-22T09:30:00,125Z",
                              "2026-11-22T09:30:00.1250Z",
                              " 2026-11-22T09:30:00.125Z",
                              "2026-13-22T09:30:00.125Z",
                              "2026-00-22T09:30:00.125Z",
                              "2026-11-00T09:30:00.125Z",
                              "2026-11-31T09:30:00.125Z",
                              "2026-02-29T09:30:00.125Z",
                              "2026-11-22T24:00:00.000Z",
                              "2026-11-22T09:60:00.125Z",
                              "2026-11-22T09:30:60.125Z",
                              "-026-11-22T09:30:00.125Z",
                              "2026-+1-22T09:30:00.125Z"}) {
        INFO(wrong);
        CHECK_FALSE(parse_rfc3339(wrong));
    }
    const std::string whole = "2026-11-22T09:30:00.125Z";
    for (std::size_t n = 0; n < whole.size(); ++n) CHECK_FALSE(parse_rfc3339(whole.substr(0, n)));
}

TEST_CASE("a manual clock moves both its times, and only when told") {
    ManualClock clock;
    const auto steady = clock.now();
    const auto unix = clock.unix_now();
    CHECK(clock.now() == steady);
    clock.advance(Millis{1'500});
    CHECK(clock.now() - steady == Millis{1'500});
    CHECK(clock.unix_now() - unix == 1'500);
}

TEST_CASE("the system's clock goes on and knows the century") {
    const SystemClock clock;
    const auto before = clock.now();
    CHECK(clock.now() >= before);
    CHECK(clock.unix_now() > 1'700'000'000'000);
}
