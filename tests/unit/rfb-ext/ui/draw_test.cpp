#include "rfb-ext/ui/draw.hpp"

#include <catch2/catch.hpp>

#include "rfb-ext/ui/theme.hpp"

using namespace pronto::ui;

namespace {

int red_at(const std::vector<std::uint8_t>& tile, int side, int x, int y) {
    return tile[static_cast<std::size_t>((y * side + x) * 3)];
}

}  // namespace

TEST_CASE("a corner goes smoothly from what is behind over the border to the fill") {
    const Round look{colour::rgb(0xFF0000), colour::rgb(0x800000), colour::rgb(0x010000), 8, 1};
    const auto tile = corner_tile(look);
    REQUIRE(tile.size() == 8 * 8 * 3);
    CHECK(red_at(tile, 8, 0, 0) == 0x01);  // outside
    CHECK(red_at(tile, 8, 7, 7) == 0xFF);  // inside
    CHECK(red_at(tile, 8, 7, 0) >= 0x70);  // the border touches the edges
    CHECK(red_at(tile, 8, 7, 0) <= 0x90);
    bool between = false;  // and something is neither one nor the other
    for (int i = 0; i < 64; ++i)
        between = between || (red_at(tile, 8, i % 8, i / 8) > 0x10 && red_at(tile, 8, i % 8, i / 8) < 0x70);
    CHECK(between);
}

TEST_CASE("a corner is the same mirrored at its diagonal") {
    const auto tile = corner_tile({colour::accent, colour::hairline, colour::window, 6, 1});
    for (int y = 0; y < 6; ++y)
        for (int x = 0; x < 6; ++x) CHECK(red_at(tile, 6, x, y) == red_at(tile, 6, y, x));
}

TEST_CASE("without a border there is only fill and back") {
    const auto tile = corner_tile({colour::rgb(0xC80000), colour::rgb(0xC80000), colour::rgb(0x640000), 4, 1});
    for (const int value : {red_at(tile, 4, 0, 0), red_at(tile, 4, 1, 1), red_at(tile, 4, 3, 0)}) {
        CHECK(value >= 0x64);
        CHECK(value <= 0xC8);
    }
    CHECK(red_at(tile, 4, 3, 3) == 0xC8);
}
