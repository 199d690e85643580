#include <catch2/catch.hpp>

#include "rfb-ext/fbs/compare.hpp"
#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"

using namespace pronto;
using namespace pronto::test;

TEST_CASE("equal pictures are alike, a blank or an earlier one is not") {
    const vnc::Picture last = varied({200, 100}, 1);
    vnc::Picture blank{{200, 100}, std::vector<std::uint32_t>(200 * 100, 0)};
    vnc::Picture earlier = last;
    for (int y = 40; y < 50; ++y)  // before a line of text was typed: 60 of 20,000 pixels, 0.3 %
        for (int x = 10; x < 16; ++x) earlier.row(y)[x] ^= 0xFFFFFF;
    CHECK(fbs::compare(last, last, {}, 32).alike(0.1));
    CHECK(fbs::compare(last, last, {}, 32).percent() == 0.0);
    CHECK_FALSE(fbs::compare(last, blank, {}, 32).alike(0.1));
    CHECK_FALSE(fbs::compare(last, earlier, {}, 32).alike(0.1));
    CHECK(fbs::compare(last, earlier, {}, 32).different == 60);
}

TEST_CASE("differences count only beyond the tolerance and outside what is ignored") {
    const vnc::Picture a{{10, 10}, std::vector<std::uint32_t>(100, 0x808080)};
    vnc::Picture b = a;
    for (std::uint32_t& pixel : b.pixels) pixel = 0x80A080;
    CHECK(fbs::compare(a, b, {}, 32).different == 0);
    CHECK(fbs::compare(a, b, {}, 31).different == 100);
    const auto outside = fbs::compare(a, b, {{0, 0, 10, 5}, {5, 0, 100, 100}}, 31);
    CHECK(outside.compared == 25);
    CHECK(outside.percent() == 100.0);
    CHECK(fbs::compare(a, b, {{-5, -5, 6, 6}}, 31).compared == 99);
}

TEST_CASE("different sizes, or nothing left to compare, is no likeness") {
    const vnc::Picture a{{10, 10}, std::vector<std::uint32_t>(100, 1)};
    const vnc::Picture b{{10, 5}, std::vector<std::uint32_t>(50, 1)};
    CHECK_FALSE(fbs::compare(a, b, {}, 32).alike(100));
    CHECK(fbs::compare(a, b, {}, 32).problem == "the pictures differ in size: 10x10 and 10x5");
    CHECK_FALSE(fbs::compare(a, a, {{0, 0, 10, 10}}, 32).alike(100));
    CHECK(fbs::compare(a, a, {{0, 0, 10, 10}}, 32).problem == "nothing is left to compare");
    CHECK_FALSE(fbs::compare({}, {}, {}, 32).alike(100));
}
