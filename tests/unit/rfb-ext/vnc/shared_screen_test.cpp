#include <catch2/catch.hpp>

#include <random>

#include "rfb-ext/vnc/shared_screen.hpp"

using namespace pronto;
using vnc::SharedScreen;

namespace {

std::vector<std::uint32_t> filled(Size size, std::uint32_t colour) {
    return std::vector<std::uint32_t>(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height),
                                      colour);
}

}  // namespace

TEST_CASE("a taker's first take is the whole screen and the cursor; then only what changed") {
    SharedScreen screen({8, 6});
    int woken = 0;
    const auto taker = screen.subscribe([&] { ++woken; });
    vnc::Picture mine;
    auto changes = taker->take(mine);
    CHECK(changes.resized);
    CHECK(changes.painted == std::vector<Rect>{{0, 0, 8, 6}});
    CHECK(changes.cursor.has_value());
    CHECK(mine.pixels == filled({8, 6}, 0));
    CHECK_FALSE(taker->take(mine).any());

    screen.paint({2, 1, 3, 2}, filled({3, 2}, 0xFF123456).data(), 3);
    CHECK(woken == 1);
    changes = taker->take(mine);
    CHECK_FALSE(changes.resized);
    CHECK(changes.painted == std::vector<Rect>{{2, 1, 3, 2}});
    CHECK(mine.pixels == screen.picture().pixels);
    CHECK(mine.row(1)[2] == 0x123456);
    CHECK_FALSE(taker->take(mine).any());
}

TEST_CASE("what is painted is clipped to the screen") {
    SharedScreen screen({4, 4});
    std::vector<std::uint32_t> pixels(100);
    for (std::uint32_t i = 0; i < 100; ++i) pixels[i] = i;
    screen.paint({-1, -2, 10, 10}, pixels.data(), 10);
    CHECK(screen.picture().row(0)[0] == 21);
    CHECK(screen.picture().row(3)[3] == 54);
    screen.paint({4, 0, 3, 3}, pixels.data(), 10);
    screen.paint({0, 0, 0, 3}, pixels.data(), 10);
    CHECK(screen.picture().row(0)[0] == 21);
}

TEST_CASE("moves are told before paints, and carry what was not yet taken along") {
    SharedScreen screen({10, 10});
    const auto taker = screen.subscribe({});
    vnc::Picture mine;
    taker->take(mine);
    screen.paint({0, 0, 2, 2}, filled({2, 2}, 7).data(), 2);
    screen.move({4, 4, 4, 4}, {0, 0});
    const auto changes = taker->take(mine);
    REQUIRE(changes.moves.size() == 1);
    CHECK(changes.moves[0].area == Rect{4, 4, 4, 4});
    CHECK(changes.moves[0].from == Point{0, 0});
    CHECK(changes.painted == std::vector<Rect>{{0, 0, 2, 2}, {4, 4, 2, 2}});
    CHECK(mine.pixels == screen.picture().pixels);
}

TEST_CASE("a viewer that follows moves and paints alone arrives at the screen's picture") {
    std::minstd_rand random(1);
    const auto up_to = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
    SharedScreen screen({40, 30});
    const auto taker = screen.subscribe({});
    vnc::Picture taken;
    taker->take(taken);
    vnc::Picture viewer = taken;
    for (int round = 0; round < 300; ++round) {
        for (int step = up_to(12); step >= 0; --step) {
            const Rect area{up_to(40) - 3, up_to(30) - 3, 1 + up_to(20), 1 + up_to(20)};
            if (up_to(2) == 0)
                screen.paint(area, filled({area.width, area.height}, random() & 0xFFFFFF).data(),
                             static_cast<std::size_t>(area.width));
            else
                screen.move(area, {area.x + up_to(9) - 4, area.y + up_to(9) - 4});
        }
        const auto changes = taker->take(taken);
        for (const auto& move : changes.moves) {
            const vnc::Picture before = viewer;
            for (int y = 0; y < move.area.height; ++y)
                for (int x = 0; x < move.area.width; ++x)
                    viewer.row(move.area.y + y)[move.area.x + x] = before.row(move.from.y + y)[move.from.x + x];
        }
        for (const Rect& area : changes.painted)
            for (int y = area.y; y < area.y + area.height; ++y)
                std::copy_n(taken.row(y) + area.x, area.width, viewer.row(y) + area.x);
        REQUIRE(taken.pixels == screen.picture().pixels);
        REQUIRE(viewer.pixels == taken.pixels);
    }
}

TEST_CASE("many small changes become few areas") {
    SharedScreen screen({200, 200});
    const auto taker = screen.subscribe({});
    vnc::Picture mine;
    taker->take(mine);
    const std::uint32_t white = 0xFFFFFF;
    for (int i = 0; i < 1000; ++i) screen.paint({i % 100 * 2, i / 100 * 2, 1, 1}, &white, 1);
    const auto changes = taker->take(mine);
    CHECK(changes.painted.size() <= 128);
    CHECK(mine.pixels == screen.picture().pixels);
}

TEST_CASE("after a resize the whole screen is taken, whatever was pending") {
    SharedScreen screen({10, 10});
    const auto taker = screen.subscribe({});
    vnc::Picture mine;
    taker->take(mine);
    screen.paint({8, 8, 2, 2}, filled({2, 2}, 1).data(), 2);
    screen.move({0, 0, 5, 5}, {5, 5});
    screen.resize({6, 4});
    const auto changes = taker->take(mine);
    CHECK(changes.resized);
    CHECK(changes.size == Size{6, 4});
    CHECK(changes.moves.empty());
    CHECK(changes.painted == std::vector<Rect>{{0, 0, 6, 4}});
    CHECK(mine.size == Size{6, 4});
}

TEST_CASE("each taker has its own account; a cursor is told once; one that is gone is not woken") {
    SharedScreen screen({4, 4});
    int woken = 0;
    auto first = screen.subscribe([&] { ++woken; });
    const auto second = screen.subscribe({});
    vnc::Picture mine, other;
    first->take(mine);
    second->take(other);
    const vnc::CursorShape shape{{1, 1}, {0, 0}, {0xFF0000FF}};
    screen.set_cursor(shape);
    screen.set_cursor(shape);
    CHECK(woken == 1);
    CHECK(first->take(mine).cursor == shape);
    CHECK_FALSE(first->take(mine).any());
    CHECK(second->take(other).cursor == shape);
    first.reset();
    screen.set_cursor({});
    CHECK(woken == 1);
}
