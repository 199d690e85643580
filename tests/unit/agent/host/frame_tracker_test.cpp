#include "agent/host/capture/frame_tracker.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "agent/host/capture/scroll.hpp"
#include "tests/unit/agent/host/recording_sink.hpp"

using namespace pronto;
using namespace pronto::host;

namespace {

constexpr Size screen{640, 400};

vnc::Picture plain(std::uint32_t colour) {
    return {screen, std::vector<std::uint32_t>(static_cast<std::size_t>(screen.width) * screen.height, colour)};
}

void fill(vnc::Picture& picture, const Rect& area, std::uint32_t colour) {
    for (int y = area.y; y < area.y + area.height; ++y) std::fill_n(picture.row(y) + area.x, area.width, colour);
}

/// Lines of "text": every 16 rows something of its own in 8 columns' width each.
void write_text(vnc::Picture& picture, const Rect& area, unsigned seed) {
    std::mt19937 random(seed);
    for (int y = area.y; y + 16 <= area.y + area.height; y += 16) {
        const int characters = static_cast<int>(random() % static_cast<unsigned>(area.width / 8));
        for (int c = 0; c < characters; ++c)
            for (int row = 3; row < 13; ++row)
                for (int x = 0; x < 7; ++x) picture.row(y + row)[area.x + c * 8 + x] = random() % 3 ? 0x101010 : 0xE0E0E0;
    }
}

void look_at_all(FrameTracker& tracker, const vnc::Picture& now) {
    tracker.look({0, 0, now.size.width, now.size.height}, now.pixels.data(), static_cast<std::size_t>(now.size.width));
}

struct Watched {
    RecordingSink sink;
    FrameTracker tracker{sink};
    explicit Watched(const vnc::Picture& first) {
        tracker.resize(first.size);
        look_at_all(tracker, first);
        sink.forget();
    }
};

}  // namespace

TEST_CASE("only the pixels that differ are painted, cut to the pixel") {
    auto picture = plain(0x336699);
    Watched it(picture);
    fill(picture, {101, 37, 13, 5}, 0xFF0000);
    look_at_all(it.tracker, picture);
    REQUIRE(it.sink.painted_ == std::vector<Rect>{{101, 37, 13, 5}});
    REQUIRE(it.sink.picture_.pixels == picture.pixels);
    look_at_all(it.tracker, picture);
    REQUIRE(it.sink.painted_.size() == 1);
}

TEST_CASE("distant changes stay apart, and one across tiles comes in one piece") {
    auto picture = plain(0);
    Watched it(picture);
    fill(picture, {0, 0, 2, 2}, 1);
    fill(picture, {600, 390, 40, 10}, 2);
    fill(picture, {200, 100, 150, 90}, 3);
    look_at_all(it.tracker, picture);
    CHECK(it.sink.painted_.size() == 3);
    CHECK(std::count(it.sink.painted_.begin(), it.sink.painted_.end(), Rect{200, 100, 150, 90}) == 1);
    REQUIRE(it.sink.picture_.pixels == picture.pixels);
}

TEST_CASE("a look at a part compares that part only") {
    auto picture = plain(0);
    Watched it(picture);
    fill(picture, {0, 0, 640, 400}, 9);
    const Rect part{130, 60, 77, 31};
    it.tracker.look(part, picture.row(part.y) + part.x, static_cast<std::size_t>(screen.width));
    REQUIRE(it.sink.painted_ == std::vector<Rect>{part});
}

TEST_CASE("scrolled text becomes a move, and only the new line is painted", "[scroll]") {
    const int by = GENERATE(16, 48, -16, 3);
    auto before = plain(0xFFFFFF);
    fill(before, {0, 0, 640, 20}, 0x222222);      // a title that stays
    const Rect text{40, 32, 500, 320};
    write_text(before, text, 7);
    auto after = before;
    for (int y = text.y; y < text.y + text.height; ++y) {
        const int from = y + by;
        if (from >= text.y && from < text.y + text.height) std::copy_n(before.row(from) + text.x, text.width, after.row(y) + text.x);
        else std::fill_n(after.row(y) + text.x, text.width, 0x00AA00);
    }
    Watched it(before);
    look_at_all(it.tracker, after);
    REQUIRE(it.sink.moves_.size() == 1);
    CHECK(it.sink.moves_[0].from.y - it.sink.moves_[0].area.y == by);
    std::int64_t painted = 0;
    for (const auto& each : it.sink.painted_) painted += std::int64_t{each.width} * each.height;
    CHECK(painted <= std::abs(by) * 500 + 3'000);
    REQUIRE(it.sink.picture_.pixels == after.pixels);
}

TEST_CASE("a scroll beside something else that changed is found too", "[scroll]") {
    auto before = plain(0xFFFFFF);
    write_text(before, {0, 0, 400, 400}, 1);
    auto after = before;
    for (int y = 0; y + 16 < 400; ++y) std::copy_n(before.row(y + 16), 400, after.row(y));
    for (int y = 0; y < 400; ++y)
        for (int x = 500; x < 640; ++x) after.row(y)[x] = static_cast<std::uint32_t>(x * y * 31);
    Watched it(before);
    look_at_all(it.tracker, after);
    CHECK(it.sink.moves_.size() == 1);
    REQUIRE(it.sink.picture_.pixels == after.pixels);
}

TEST_CASE("whatever changes, the sink's picture ends up the same", "[scroll]") {
    std::mt19937 random(42);
    auto picture = plain(0xFFFFFF);
    write_text(picture, {0, 0, 640, 400}, 3);
    Watched it(picture);
    for (int round = 0; round < 60; ++round) {
        const int x = static_cast<int>(random() % 500), y = static_cast<int>(random() % 300);
        const Rect area{x, y, static_cast<int>(random() % 139) + 1, static_cast<int>(random() % 99) + 1};
        switch (random() % 3) {
            case 0: fill(picture, area, random() & 0xFFFFFF); break;
            case 1: write_text(picture, {area.x, area.y, area.width + 8, area.height}, random()); break;
            default: {
                const auto before = picture;
                const int by = static_cast<int>(random() % 40) - 20;
                for (int row = 0; row < 400; ++row)
                    if (row + by >= 0 && row + by < 400) std::copy_n(before.row(row + by) + x, area.width, picture.row(row) + x);
            }
        }
        look_at_all(it.tracker, picture);
        REQUIRE(it.sink.picture_.pixels == picture.pixels);
    }
    CHECK(it.sink.moves_.size() > 3);
}

TEST_CASE("nothing is called a scroll where all rows look alike", "[scroll]") {
    const auto before = plain(0xFFFFFF);
    const auto after = plain(0x000000);
    REQUIRE_FALSE(find_scroll({screen, before.pixels.data(), 640, after.pixels.data(), 640}));
}

TEST_CASE("many areas are joined to few, and none is lost") {
    std::vector<Rect> areas;
    for (int i = 0; i < 40; ++i) areas.push_back({i * 10, (i % 7) * 30, 5, 5});
    const auto few = joined(areas, 8);
    CHECK(few.size() <= 8);
    for (const auto& each : areas)
        CHECK(std::any_of(few.begin(), few.end(), [&](const Rect& r) { return around(r, each) == r; }));
    CHECK(joined({{0, 0, 10, 10}, {0, 10, 10, 10}}, 8) == std::vector<Rect>{{0, 0, 10, 20}});
    CHECK(joined({{0, 0, 10, 10}, {600, 300, 10, 10}}, 8).size() == 2);
}
