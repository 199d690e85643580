#include "rfb-ext/vnc/picture_flow.hpp"

#include <catch2/catch.hpp>

#include <deque>

using namespace pronto;
using namespace pronto::vnc;
using namespace std::chrono_literals;

namespace {

/// A line of a rate and a round trip, with a screen behind it that always has more to show, and a viewer that asks for
/// the next update when one begins to come in. Time runs in steps of a millisecond.
class Line {
public:
    Line(double bytes_a_second, Millis round_trip, int requests)
        : bytes_a_ms_(bytes_a_second / 1000), one_way_(round_trip / 2) {
        for (int each = 0; each < requests; ++each) flow.requested(now_);
    }

    double rate() const { return bytes_a_ms_; }
    void set_rate(double bytes_a_second) { bytes_a_ms_ = bytes_a_second / 1000; }
    void set_round_trip(Millis round_trip) { one_way_ = round_trip / 2; }

    void run(Millis time, double bytes_a_pixel = 0.1) {
        updates = 0;
        latest = 0ms;
        bytes = 0;
        for (const auto end = now_ + time; now_ < end; now_ += 1ms) {
            while (!asking_.empty() && asking_.front() <= now_) {
                asking_.pop_front();
                flow.requested(now_);
            }
            auto pixels = flow.allowance(now_);
            if (!pixels) continue;
            pixels = std::min<std::size_t>(*pixels, 1920 * 1080);
            const auto size = static_cast<std::size_t>(static_cast<double>(*pixels) * bytes_a_pixel);
            const SteadyTime starts = std::max(free_, now_);
            free_ =
                starts + std::chrono::microseconds(static_cast<long>(static_cast<double>(size) / bytes_a_ms_ * 1000));
            asking_.push_back(starts + 2 * one_way_);
            flow.sent(size, *pixels, true, now_);
            ++updates;
            bytes += size;
            latest = std::max(latest, std::chrono::duration_cast<Millis>(free_ + one_way_ - now_));
        }
    }

    PictureFlow flow;
    int updates = 0;
    std::size_t bytes = 0;
    Millis latest{0};  ///< of the last run: from the making of an update to its last byte's arrival

private:
    double bytes_a_ms_;
    Millis one_way_;
    SteadyTime now_{1h};
    SteadyTime free_{};
    std::deque<SteadyTime> asking_;
};

constexpr double megabit = 125'000;

}  // namespace

TEST_CASE("on slow lines no picture comes later than a round trip and 200 ms, and the line is used") {
    struct Case {
        double megabits;
        Millis round_trip;
    };
    const auto [megabits, round_trip] =
        GENERATE(Case{1, 50ms}, Case{1, 300ms}, Case{2, 200ms}, Case{10, 50ms}, Case{50, 10ms});
    CAPTURE(megabits, round_trip.count());
    Line line(megabits * megabit, round_trip, 4);
    line.run(5s);
    line.run(20s);
    CHECK(line.latest <= round_trip + 200ms);
    CHECK(static_cast<double>(line.bytes) >= 0.75 * megabits * megabit * 20);
}

TEST_CASE("several requests outstanding make more pictures than one a round trip") {
    Line line(2 * megabit, 200ms, 4);
    line.run(3s);
    line.run(10s);
    REQUIRE(line.updates > 80);
}

TEST_CASE("a viewer with one request outstanding is served as well") {
    Line line(2 * megabit, 50ms, 1);
    line.run(3s);
    line.run(10s);
    CHECK(line.updates >= 40);
    CHECK(static_cast<double>(line.bytes) >= 0.5 * 2 * megabit * 10);
}

TEST_CASE("a fast line soon carries the whole screen in one update") {
    Line line(1000 * megabit, 1ms, 4);
    line.run(100ms);
    REQUIRE(line.flow.window_bytes() / 4 > 1920 * 1080 * 0.1);
}

TEST_CASE("a line that becomes slow is noticed within a second") {
    Line line(10 * megabit, 50ms, 4);
    line.run(10s);
    line.set_rate(megabit);
    line.run(2s);
    line.run(10s);
    REQUIRE(line.latest <= 250ms);
}

TEST_CASE("a line that becomes longer is used again after a while") {
    Line line(2 * megabit, 50ms, 4);
    line.run(10s);
    line.set_round_trip(300ms);
    line.run(30s);
    line.run(20s);
    CHECK(static_cast<double>(line.bytes) >= 0.6 * 2 * megabit * 20);
}

TEST_CASE("content that is larger than thought is sent in smaller portions from then on") {
    Line line(2 * megabit, 100ms, 4);
    line.run(5s, 0.03);
    line.run(1s, 0.4);
    line.run(10s, 0.4);
    REQUIRE(line.latest <= 300ms);
}

TEST_CASE("the first update is whole for a viewer that asks for one at a time") {
    PictureFlow flow;
    const SteadyTime start{1h};
    flow.requested(start);
    REQUIRE(*flow.allowance(start) > 100'000'000);
    flow.sent(100'000, 1'000'000, false, start);
    flow.requested(start + 50ms);
    REQUIRE(*flow.allowance(start + 2s) < 1'000'000);
}

TEST_CASE("without a request nothing is sent, and a viewer that does not answer is waited for a second at most") {
    PictureFlow flow;
    const SteadyTime start{1h};
    REQUIRE_FALSE(flow.allowance(start));
    flow.requested(start);
    flow.requested(start);
    REQUIRE(flow.allowance(start));
    flow.sent(10'000'000, 10'000'000, true, start);
    REQUIRE(flow.has_requests());
    REQUIRE_FALSE(flow.allowance(start + 999ms));
    REQUIRE(*flow.hold_ends() == start + 1s);
    REQUIRE(flow.allowance(start + 1s));
}
