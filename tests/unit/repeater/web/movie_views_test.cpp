#include "repeater/web/movie_views.hpp"

#include <catch2/catch.hpp>

using namespace pronto;
using web::MovieViews;

TEST_CASE("who has said why sees that movie with that log-in, and no other") {
    ManualClock clock;
    MovieViews views(clock);
    CHECK_FALSE(views.allows("anna's token", "1-s"));
    views.allow("anna's token", "1-s");
    CHECK(views.allows("anna's token", "1-s"));
    CHECK_FALSE(views.allows("anna's token", "1-t"));
    CHECK_FALSE(views.allows("bruno's token", "1-s"));
    CHECK_FALSE(views.allows("", "1-s"));
}

TEST_CASE("a view ends after an hour; a new reason gives a new hour") {
    ManualClock clock;
    MovieViews views(clock);
    views.allow("anna's token", "1-s");
    clock.advance(MovieViews::life - Millis{1});
    CHECK(views.allows("anna's token", "1-s"));
    views.allow("anna's token", "1-t");
    clock.advance(Millis{1});
    CHECK_FALSE(views.allows("anna's token", "1-s"));
    clock.advance(MovieViews::life - Millis{2});
    CHECK(views.allows("anna's token", "1-t"));
    views.allow("anna's token", "1-t");
    clock.advance(MovieViews::life - Millis{1});
    CHECK(views.allows("anna's token", "1-t"));
    clock.advance(Millis{1});
    CHECK_FALSE(views.allows("anna's token", "1-t"));
}

TEST_CASE("too many views push out the oldest") {
    ManualClock clock;
    MovieViews views(clock);
    for (std::size_t i = 0; i < MovieViews::most; ++i) views.allow("anna's token", "1-" + std::to_string(i));
    CHECK(views.allows("anna's token", "1-0"));
    views.allow("anna's token", "1-7");  // again: it is the youngest now, and none more
    CHECK(views.allows("anna's token", "1-0"));
    views.allow("anna's token", "1-s");
    CHECK_FALSE(views.allows("anna's token", "1-0"));
    CHECK(views.allows("anna's token", "1-1"));
    CHECK(views.allows("anna's token", "1-7"));
}
