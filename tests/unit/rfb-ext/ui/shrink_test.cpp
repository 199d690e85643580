#include "rfb-ext/ui/shrink.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <vector>

using pronto::Rect;
using pronto::Size;
using namespace pronto::ui;

namespace {

using Pixels = std::vector<std::uint32_t>;

Pixels scaled(const Pixels& source, Size size, Size whole, Rect part) {
    Pixels out(static_cast<std::size_t>(part.width * part.height), 0xDEADBEEF);
    scale_part({source.data(), size, size.width}, whole, part, out.data());
    return out;
}
Pixels scaled(const Pixels& source, Size size, Size whole) {
    return scaled(source, size, whole, {0, 0, whole.width, whole.height});
}

Pixels noise(Size size) {
    Pixels pixels;
    std::uint32_t state = 1;
    for (int i = 0; i < size.width * size.height; ++i) pixels.push_back((state = state * 1664525U + 1013904223U) >> 8);
    return pixels;
}

}  // namespace

TEST_CASE("halving takes the mean of four pixels") {
    const Pixels source{0x000000, 0xFF0000, 0x00FF00, 0x0000FF};
    CHECK(scaled(source, {2, 2}, {1, 1}) == Pixels{0x404040});
}

TEST_CASE("one colour stays exactly that colour at every size") {
    const Pixels source(37 * 23, 0xFF12FE7F);
    for (const Size whole : {Size{1, 1}, Size{5, 23}, Size{36, 22}, Size{37, 23}, Size{38, 40}, Size{100, 7}}) {
        CAPTURE(whole.width, whole.height);
        for (const auto pixel : scaled(source, {37, 23}, whole)) REQUIRE(pixel == 0x12FE7F);
    }
}

TEST_CASE("the same size is a copy without the unused byte") {
    const Pixels source{0xFF010203, 0x80040506};
    CHECK(scaled(source, {2, 1}, {2, 1}) == Pixels{0x010203, 0x040506});
}

TEST_CASE("a thin line survives shrinking") {
    Pixels source(40 * 1, 0xFFFFFF);
    source[17] = 0;
    int darkest = 255;
    for (const auto pixel : scaled(source, {40, 1}, {13, 1}))
        darkest = std::min(darkest, static_cast<int>(pixel & 0xFF));
    CHECK(darkest < 190);
}

TEST_CASE("doubling repeats pixels") {
    CHECK(scaled({0x112233, 0x445566}, {2, 1}, {4, 2}) ==
          Pixels{0x112233, 0x112233, 0x445566, 0x445566, 0x112233, 0x112233, 0x445566, 0x445566});
}

TEST_CASE("a part comes out as it would in the whole") {
    const Size size{61, 47}, whole{23, 31};
    const auto source = noise(size);
    const auto all = scaled(source, size, whole);
    for (const Rect part : {Rect{0, 0, 5, 4}, Rect{7, 11, 9, 20}, Rect{22, 30, 1, 1}}) {
        const auto out = scaled(source, size, whole, part);
        for (int y = 0; y < part.height; ++y)
            for (int x = 0; x < part.width; ++x)
                REQUIRE(out[static_cast<std::size_t>(y * part.width + x)] ==
                        all[static_cast<std::size_t>((part.y + y) * whole.width + part.x + x)]);
    }
}

TEST_CASE("the mean brightness does not drift") {
    const Size size{200, 150};
    const auto source = noise(size);
    const auto mean = [](const Pixels& pixels) {
        double sum = 0;
        for (const auto pixel : pixels) sum += pixel >> 8 & 0xFF;
        return sum / static_cast<double>(pixels.size());
    };
    CHECK(mean(scaled(source, size, {70, 33})) == Approx(mean(source)).margin(1.0));
}

TEST_CASE("a change touches exactly the scaled pixels that cover it") {
    const Size size{61, 47};
    for (const Size whole : {Size{23, 31}, Size{61, 47}, Size{90, 100}}) {
        auto source = noise(size);
        const auto before = scaled(source, size, whole);
        const Rect changed{17, 20, 5, 3};
        for (int y = changed.y; y < changed.y + changed.height; ++y)
            for (int x = changed.x; x < changed.x + changed.width; ++x)
                source[static_cast<std::size_t>(y * size.width + x)] ^= 0xFFFFFF;
        const auto after = scaled(source, size, whole);
        const Rect touched = scaled_damage(changed, size, whole);
        for (int y = 0; y < whole.height; ++y)
            for (int x = 0; x < whole.width; ++x) {
                const bool inside =
                    x >= touched.x && x < touched.x + touched.width && y >= touched.y && y < touched.y + touched.height;
                const auto i = static_cast<std::size_t>(y * whole.width + x);
                if (!inside) REQUIRE(before[i] == after[i]);
            }
        CHECK_FALSE(touched.empty());
    }
    CHECK(scaled_damage({0, 0, 61, 47}, size, {10, 10}) == Rect{0, 0, 10, 10});
    CHECK(scaled_damage({0, 0, 0, 0}, size, {10, 10}).empty());
}
