// How much of a screen goes out at once, and for how many requests.
#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>

#include "tests/unit/rfb-ext/vnc/fake_viewer.hpp"

using namespace pronto;
using namespace pronto::test;

namespace {

constexpr Size large{1000, 800};
constexpr Rect whole{0, 0, large.width, large.height};
constexpr int most_portions = 2000;

/// Every pixel another one than its neighbours and than with another `seed`.
std::vector<std::uint32_t> pattern(const Rect& area, std::uint32_t seed) {
    std::vector<std::uint32_t> pixels(static_cast<std::size_t>(area.width) * static_cast<std::size_t>(area.height));
    std::iota(pixels.begin(), pixels.end(), seed);
    for (auto& pixel : pixels) pixel = pixel * 2654435761u & 0xFFFFFF;
    return pixels;
}

void paint(vnc::SharedScreen& screen, const Rect& area, std::uint32_t seed) {
    screen.paint(area, pattern(area, seed).data(), static_cast<std::size_t>(area.width));
}

std::size_t area_of(const std::vector<Rect>& rects) {
    std::size_t sum = 0;
    for (const Rect& rect : rects) sum += static_cast<std::size_t>(rect.width) * static_cast<std::size_t>(rect.height);
    return sum;
}

struct Stage {
    Stage() {
        paint(*screen, whole, 1);
        viewer = std::make_unique<FakeViewer>(screen);
    }
    /// One update for each request, until the viewer has what the screen shows; how many that took.
    int draw_all() {
        for (int portions = 1; portions <= most_portions; ++portions) {
            viewer->draw_update(decoder);
            if (decoder.picture().pixels == screen->picture().pixels) return portions;
            viewer->ask(whole, true);
        }
        return most_portions + 1;
    }
    std::shared_ptr<vnc::SharedScreen> screen = std::make_shared<vnc::SharedScreen>(large);
    std::unique_ptr<FakeViewer> viewer;
    vnc::PictureDecoder decoder{large, {}};
};

}  // namespace

TEST_CASE("a large picture comes in portions, each for a request, and is whole and exact at the end") {
    Stage stage;
    const auto request = wire::write_update_request(whole, false);
    stage.viewer->say(joined({request, request}));
    const int portions = stage.draw_all();
    CHECK(portions > 1);
    CHECK(portions <= most_portions);
}

TEST_CASE("a viewer that asks once gets the whole screen at first") {
    Stage stage;
    stage.viewer->ask(whole, false);
    CHECK(stage.draw_all() == 1);
}

TEST_CASE("what is small is not behind what is large") {
    Stage stage;
    stage.viewer->ask({0, 0, large.width, 300}, false);  // the rest stays due
    stage.viewer->draw_update(stage.decoder);
    const Rect small{500, 200, 10, 12};
    paint(*stage.screen, small, 78);
    REQUIRE(stage.viewer->heard());
    stage.viewer->ask(whole, true);
    const auto changed = stage.viewer->draw_update(stage.decoder);
    CHECK(area_of(changed) < static_cast<std::size_t>(large.width) * 500);
    CHECK(std::find(changed.begin(), changed.end(), small) != changed.end());
    stage.viewer->ask(whole, true);
    REQUIRE(stage.draw_all() <= most_portions);
}

TEST_CASE("a large area that never rests is sent everywhere, not at its top again and again") {
    Stage stage;
    stage.viewer->ask(whole, false);
    REQUIRE(stage.draw_all() <= most_portions);
    std::vector<bool> rows(static_cast<std::size_t>(large.height));
    for (std::uint32_t seed = 1; seed < 500 && std::find(rows.begin(), rows.end(), false) != rows.end(); ++seed) {
        paint(*stage.screen, whole, seed * 1000);
        stage.viewer->ask(whole, true);
        for (const Rect& rect : stage.viewer->draw_update(stage.decoder))
            std::fill_n(rows.begin() + rect.y, rect.height, true);
    }
    CHECK(std::find(rows.begin(), rows.end(), false) == rows.end());
}

TEST_CASE("each of several outstanding requests is worth an update") {
    const auto screen = std::make_shared<vnc::SharedScreen>(Size{16, 16});
    FakeViewer viewer(screen);
    vnc::PictureDecoder decoder({16, 16}, {});
    for (int each = 0; each < 4; ++each) viewer.ask({0, 0, 16, 16}, each > 0);
    viewer.draw_update(decoder);
    for (std::uint32_t seed = 1; seed <= 3; ++seed) {
        paint(*screen, {0, 0, 16, 16}, seed);
        viewer.draw_update(decoder);
        CHECK(decoder.picture().pixels == screen->picture().pixels);
    }
}

TEST_CASE("a new size of the screen says nothing of how large its pictures are") {
    Stage stage;
    stage.viewer->say(wire::write_set_encodings({0, -223}));  // Raw, NewFBSize
    stage.viewer->ask(whole, false);
    REQUIRE(stage.draw_all() <= most_portions);
    const auto next_portion = [&](std::uint32_t seed) {
        const auto& size = stage.decoder.picture().size;
        paint(*stage.screen, {0, 0, size.width, size.height}, seed);
        stage.viewer->ask({0, 0, size.width, size.height}, true);
        return area_of(stage.viewer->draw_update(stage.decoder));
    };
    next_portion(1000);
    const auto before = next_portion(2000);
    REQUIRE(before < area_of({whole}) / 10);
    for (const Size size : {Size{900, 800}, large}) {
        stage.screen->resize(size);
        stage.viewer->ask(whole, true);
        stage.viewer->draw_update(stage.decoder);
        REQUIRE(stage.decoder.picture().size.width == size.width);
    }
    CHECK(next_portion(3000) < 3 * before);
}
