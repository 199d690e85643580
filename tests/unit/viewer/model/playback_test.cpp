#include "viewer/model/playback.hpp"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::viewer;

namespace {

/// Changes at given moments.
class FakeMovie final : public PlayedMovie {
public:
    explicit FakeMovie(std::vector<std::uint32_t> changes, std::uint32_t duration)
        : changes_(changes), end_(duration) {}
    std::uint32_t duration_ms() const override { return end_; }
    void show(std::uint32_t at_ms) override { shown = at_ms; }
    std::optional<std::uint32_t> next_change() override {
        const auto next = std::upper_bound(changes_.begin(), changes_.end(), shown);
        if (next == changes_.end()) return std::nullopt;
        return *next;
    }
    std::uint32_t shown = 0;

private:
    std::vector<std::uint32_t> changes_;
    std::uint32_t end_;
};

}  // namespace

TEST_CASE("a movie plays by the clock, stops at its end and starts again") {
    FakeMovie movie({1'000, 2'000, 9'000}, 10'000);
    ManualClock clock;
    Playback playback(movie, clock);
    CHECK_FALSE(playback.playing());
    CHECK_FALSE(playback.wait().has_value());
    clock.advance(Millis(5'000));
    playback.tick();
    CHECK(movie.shown == 0);
    playback.play();
    clock.advance(Millis(1'500));
    playback.tick();
    CHECK(movie.shown == 1'500);
    CHECK(playback.wait() == Millis(250));
    clock.advance(Millis(400));
    playback.tick();
    CHECK(playback.wait() == Millis(100));
    playback.pause();
    clock.advance(Millis(5'000));
    playback.tick();
    CHECK(movie.shown == 1'900);
    playback.play();
    clock.advance(Millis(60'000));
    playback.tick();
    CHECK(movie.shown == 10'000);
    CHECK(playback.at_end());
    CHECK_FALSE(playback.playing());
    playback.toggle();
    CHECK(movie.shown == 0);
    CHECK(playback.playing());
}

TEST_CASE("the speed changes from where the movie is, between a half and sixteen") {
    FakeMovie movie({}, 100'000);
    ManualClock clock;
    Playback playback(movie, clock);
    playback.play();
    clock.advance(Millis(1'000));
    playback.faster();
    CHECK(movie.shown == 1'000);
    CHECK(playback.speed() == 2);
    clock.advance(Millis(1'000));
    playback.tick();
    CHECK(movie.shown == 3'000);
    for (int i = 0; i < 9; ++i) playback.faster();
    CHECK(playback.speed() == 16);
    for (int i = 0; i < 9; ++i) playback.slower();
    CHECK(playback.speed() == 0.5);
    clock.advance(Millis(1'000));
    playback.tick();
    CHECK(movie.shown == 3'500);
    playback.set_speed(3);
    playback.slower();
    CHECK(playback.speed() == 2);
}

TEST_CASE("seeking stays within the movie and goes on playing") {
    FakeMovie movie({}, 10'000);
    ManualClock clock;
    Playback playback(movie, clock);
    playback.seek(4'000);
    CHECK(movie.shown == 4'000);
    CHECK_FALSE(playback.playing());
    playback.play();
    clock.advance(Millis(500));
    playback.seek(2'000);
    clock.advance(Millis(500));
    playback.tick();
    CHECK(movie.shown == 2'500);
    playback.seek(-5);
    CHECK(movie.shown == 0);
    playback.seek(99'999);
    CHECK(movie.shown == 10'000);
    CHECK_FALSE(playback.playing());
}

TEST_CASE("a step pauses at the next change") {
    FakeMovie movie({1'000, 7'000}, 10'000);
    ManualClock clock;
    Playback playback(movie, clock);
    playback.play();
    playback.step();
    CHECK(movie.shown == 1'000);
    CHECK_FALSE(playback.playing());
    playback.step();
    CHECK(movie.shown == 7'000);
    playback.step();
    CHECK(movie.shown == 10'000);
}

TEST_CASE("idle time is cut to two seconds, also at the end") {
    FakeMovie movie({1'000, 30'000, 31'000}, 60'000);
    ManualClock clock;
    Playback playback(movie, clock);
    playback.skip_idle(true);
    playback.play();
    std::vector<std::uint32_t> seen;
    int waited = 0;
    while (playback.playing() && waited < 100'000) {
        const auto wait = *playback.wait();
        clock.advance(wait);
        waited += static_cast<int>(wait.count());
        playback.tick();
        seen.push_back(movie.shown);
    }
    CHECK(std::find(seen.begin(), seen.end(), 30'000) != seen.end());
    CHECK(waited >= 1'000 + 2'000 + 1'000 + 2'000);
    CHECK(waited <= 6'600);
    CHECK(playback.at_end());
}

TEST_CASE("moments as people write them") {
    CHECK(clock_text(0) == "0:00");
    CHECK(clock_text(247'900) == "4:07");
    CHECK(clock_text(3'729'000) == "1:02:09");
}
