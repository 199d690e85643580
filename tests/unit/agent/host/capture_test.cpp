#include "agent/host/capture/capture.hpp"

#include <X11/cursorfont.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <ctime>
#include <future>
#include <thread>

#include "agent/host/capture/x11/cursor_shape.hpp"
#include "tests/support/xvfb.hpp"
#include "tests/unit/agent/host/recording_sink.hpp"
#include "tests/unit/agent/host/x11_client.hpp"

using namespace pronto;
using namespace pronto::host;
using pronto::test::X11Client;
using pronto::test::Xvfb;

namespace {

/// A server with a window on it, captured.
struct Captured {
    Xvfb server;
    X11Client client{server.display(), {100, 50, 400, 300}};
    RecordingSink sink;
    std::promise<std::string> lost;
    std::unique_ptr<Capture> capture =
        start_capture(server.display(), sink, [this](std::string why) { lost.set_value(std::move(why)); });

    bool same_as_screen(Size size = {800, 600}) {
        return sink.wait([&] { return sink.picture_.size == size && sink.picture_.pixels == client.screen(size); });
    }
};

}  // namespace

TEST_CASE("the first picture is there when the capture starts") {
    Captured it;
    REQUIRE(it.sink.resizes_ == 1);
    REQUIRE(it.sink.picture_.size == Size{800, 600});
    REQUIRE(it.sink.picture_.pixels == it.client.screen({800, 600}));
}

TEST_CASE("what is drawn arrives exactly, and nothing else is painted") {
    Captured it;
    REQUIRE(it.same_as_screen());
    it.sink.forget();
    it.client.fill({10, 20, 33, 7}, 0x12AB34);
    REQUIRE(it.sink.wait([&] { return it.sink.pixel(110, 70) == 0x12AB34; }));
    CHECK(it.sink.painted_ == std::vector<Rect>{{110, 70, 33, 7}});
    CHECK(it.same_as_screen());
}

TEST_CASE("a drawing is seen within milliseconds") {
    Captured it;
    REQUIRE(it.same_as_screen());
    std::vector<std::int64_t> latencies;
    for (std::uint32_t i = 1; i <= 20; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(60));  // typing, not a flood
        const auto begun = std::chrono::steady_clock::now();
        it.client.fill({5, 5, 9, 9}, i);
        REQUIRE(it.sink.wait([&] { return it.sink.pixel(105, 55) == i; }));
        latencies.push_back(std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun).count());
    }
    std::sort(latencies.begin(), latencies.end());
    WARN("drawing to paint: median " << latencies[10] << " us, worst " << latencies.back() << " us");
    CHECK(latencies[10] < 8'000);  // half of what the peers need; 0.3 ms on an idle machine
}

TEST_CASE("a scrolling window becomes moves") {
    Captured it;
    for (int line = 0; line < 18; ++line)
        for (int c = 0; c < 40; ++c) it.client.fill({c * 10, line * 16 + 2, 3 + (c * 7 + line * 13) % 6, 11}, static_cast<std::uint32_t>(line * 4'000 + c));
    REQUIRE(it.same_as_screen());
    it.sink.forget();
    it.client.scroll({0, 0, 400, 288}, 16);
    REQUIRE(it.sink.wait([&] { return !it.sink.moves_.empty(); }));
    CHECK(it.sink.moves_[0].from.y - it.sink.moves_[0].area.y == 16);
    CHECK(it.same_as_screen());
    std::int64_t painted = 0;
    for (const auto& each : it.sink.painted_) painted += std::int64_t{each.width} * each.height;
    CHECK(painted < 400 * 40);
}

TEST_CASE("a resized screen is followed") {
    Captured it;
    // xrandr switches the output off first and complains that it cannot switch it on again; the screen has the size then.
    it.server.run({"xrandr", "--fb", "640x480"});
    CHECK(it.same_as_screen({640, 480}));
    it.client.fill({300, 200, 10, 10}, 0xFF00FF);
    CHECK(it.same_as_screen({640, 480}));
    it.server.run({"xrandr", "--fb", "800x600"});
    CHECK(it.same_as_screen({800, 600}));
}

TEST_CASE("the pointer's shape is followed, with straight alpha") {
    Captured it;
    it.client.set_cursor(XC_watch);
    REQUIRE(it.sink.wait([&] { return !it.sink.cursor_.pixels.empty(); }));
    const auto first = it.sink.cursor_;
    CHECK(first.pixels.size() == static_cast<std::size_t>(first.size.width) * static_cast<std::size_t>(first.size.height));
    it.client.set_cursor(XC_crosshair);
    CHECK(it.sink.wait([&] { return it.sink.cursor_ != first; }));
    CHECK(x11::straight_alpha(0x80402000) == 0x80804000);
    CHECK(x11::straight_alpha(0xFF123456) == 0xFF123456);
    CHECK(x11::straight_alpha(0x00FFFFFF) == 0);
    CHECK(x11::straight_alpha(0x01FFFFFF) == 0x01FFFFFF);
}

TEST_CASE("a lost server is reported, and the process lives") {
    Xvfb server;
    RecordingSink sink;
    std::promise<std::string> said;
    auto lost = said.get_future();
    const auto capture = start_capture(server.display(), sink, [&](std::string why) { said.set_value(std::move(why)); });
    server.kill();
    REQUIRE(lost.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
    CHECK(lost.get().find("display") != std::string::npos);
}

TEST_CASE("an idle screen costs next to nothing") {
    Captured it;
    REQUIRE(it.same_as_screen());
    const auto begun = std::clock();
    std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
    const double share = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC / 1.5;
    WARN("CPU while idle: " << share * 100 << " %");
    CHECK(share < 0.03);
}

TEST_CASE("displays that cannot be shared are refused with words") {
    RecordingSink sink;
    CHECK_THROWS_WITH(start_capture(":4711", sink, {}), Catch::Contains(":4711"));
    Xvfb shallow("640x480x16");
    CHECK_THROWS_WITH(start_capture(shallow.display(), sink, {}), Catch::Contains("16-bit colours"));
}
