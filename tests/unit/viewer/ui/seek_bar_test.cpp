#include "viewer/ui/seek_bar.hpp"

#include <catch2/catch.hpp>

using namespace pronto::viewer;

TEST_CASE("a bar's column is as hot as the hottest of its seconds, and a short movie fills it") {
    CHECK(heat_of({0, 100, 0, 25}, 4'000, 2) == std::vector<double>{1, 0.5});
    CHECK(heat_of({100, 0}, 2'000, 4) == std::vector<double>{1, 1, 0, 0});
    CHECK(heat_of({1}, 500, 3) == std::vector<double>{0.1, 0.1, 0.1});
    CHECK(heat_of({100, 100}, 0, 2) == std::vector<double>{0, 0});
    CHECK(heat_of({100, 100, 100}, 1'000, 1) == std::vector<double>{1});
    CHECK(heat_of({100}, 1'000, 0).empty());
}
