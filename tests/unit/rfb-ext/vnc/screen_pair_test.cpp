// ScreenServer and ScreenClient joined over socketpairs.
#include <catch2/catch.hpp>

#include <chrono>
#include <random>

#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"

using namespace pronto;
using namespace pronto::test;

namespace {

std::shared_ptr<vnc::SharedScreen> screen_showing(const vnc::Picture& picture) {
    auto screen = std::make_shared<vnc::SharedScreen>(picture.size);
    screen->paint({0, 0, picture.size.width, picture.size.height}, picture.pixels.data(),
                  static_cast<std::size_t>(picture.size.width));
    return screen;
}

constexpr vnc::ScreenClient::Options lossless{.view_only = false, .compress_level = 1, .quality_level = -1};

constexpr vnc::ScreenClient::Options looking_only{.view_only = true, .compress_level = 2, .quality_level = 6};

vnc::ScreenServer::Options server_options(bool view_only, Millis keep_alive = Millis{12'000}) {
    vnc::ScreenServer::Options options;
    options.view_only = view_only;
    options.keep_alive = keep_alive;
    return options;
}

std::chrono::milliseconds time_of(const std::function<void()>& action) {
    const auto start = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

}  // namespace

TEST_CASE("the viewer's first picture is the screen, exactly without JPEG") {
    ScreenPair pair(screen_showing(varied({317, 203}, 1)), lossless);
    REQUIRE(pair.shows_screen());
    CHECK(pair.sizes == std::vector<Size>{{317, 203}});
}

TEST_CASE("with JPEG the first picture is near the screen") {
    vnc::Picture smooth{{320, 200}, {}};
    for (int y = 0; y < 200; ++y)
        for (int x = 0; x < 320; ++x)
            smooth.pixels.push_back(static_cast<std::uint32_t>(x * 255 / 320) << 16 |
                                    static_cast<std::uint32_t>(y * 255 / 200) << 8 | 0x40);
    ScreenPair pair(screen_showing(smooth), {.view_only = false, .compress_level = 2, .quality_level = 8});
    REQUIRE(pair.shows_screen(8));
    REQUIRE(difference(pair.client->picture(), smooth) > 0);  // it was JPEG
}

TEST_CASE("what is painted arrives, and nothing else is said to have changed") {
    ScreenPair pair(screen_showing(varied({200, 160}, 2)), lossless);
    REQUIRE(pair.shows_screen());
    const auto pixels = noise({20, 10}, 3);
    pair.screen->paint({50, 60, 20, 10}, pixels.data(), 20);
    REQUIRE(pair.shows_screen());
    CHECK(pair.board.wait([&] { return pair.last_update == std::vector<Rect>{{50, 60, 20, 10}}; }));
}

TEST_CASE("a move arrives as a copy: few bytes, exact pixels") {
    const Size size{400, 300};
    ScreenPair pair(screen_showing({size, noise(size, 4)}), lossless);
    REQUIRE(pair.shows_screen());
    const auto before = pair.bridge.from_server().size();
    pair.screen->move({0, 0, 400, 280}, {0, 20});
    REQUIRE(pair.shows_screen());
    CHECK(pair.bridge.from_server().size() - before < 1000);
}

TEST_CASE("any mix of paints and moves ends in the same picture on both sides") {
    const Size size{160, 120};
    for (unsigned seed = 1; seed <= 4; ++seed) {
        ScreenPair pair(screen_showing({size, noise(size, seed)}), lossless);
        std::minstd_rand random(seed);
        const auto up_to = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
        for (int step = 0; step < 60; ++step) {
            const Rect area{up_to(150) - 5, up_to(110) - 5, 1 + up_to(80), 1 + up_to(60)};
            if (step % 3 == 0) {
                const auto pixels = noise({area.width, area.height}, random());
                pair.screen->paint(area, pixels.data(), static_cast<std::size_t>(area.width));
            } else {
                pair.screen->move(area, {area.x + up_to(21) - 10, area.y + up_to(21) - 10});
            }
            if (step % 20 == 19) REQUIRE(pair.shows_screen());
        }
    }
}

TEST_CASE("the cursor's shape and hotspot arrive; its pixels are opaque or not there") {
    ScreenPair pair(screen_showing(varied({100, 100}, 5)), lossless);
    vnc::CursorShape shape{{3, 2}, {1, 1}, {0xFFFF0000, 0xC000FF00, 0x10FFFFFF, 0, 0xFF0000FF, 0x80123456}};
    pair.screen->set_cursor(shape);
    CHECK(pair.shows_cursor({{3, 2}, {1, 1}, {0xFFFF0000, 0xFF00FF00, 0, 0, 0xFF0000FF, 0xFF123456}}));
    pair.screen->set_cursor({});
    CHECK(pair.shows_cursor({}));
    SECTION("one too large for the library is made smaller instead of breaking the stream") {
        vnc::CursorShape large{{256, 256}, {128, 64}, std::vector<std::uint32_t>(256 * 256, 0xFFABCDEF)};
        pair.screen->set_cursor(large);
        CHECK(pair.shows_cursor({{64, 64}, {32, 16}, std::vector<std::uint32_t>(64 * 64, 0xFFABCDEF)}));
        CHECK(pair.shows_screen());
    }
}

TEST_CASE("a resize in mid-session is followed, larger and smaller") {
    ScreenPair pair(screen_showing(varied({120, 90}, 6)), lossless);
    REQUIRE(pair.shows_screen());
    for (const Size size : {Size{301, 222}, Size{50, 40}}) {
        const vnc::Picture next = varied(size, 7);
        pair.screen->resize(size);
        pair.screen->paint({0, 0, size.width, size.height}, next.pixels.data(), static_cast<std::size_t>(size.width));
        REQUIRE(pair.shows_screen());
        CHECK(pair.client->picture().pixels == next.pixels);
    }
    CHECK(pair.sizes == std::vector<Size>{{120, 90}, {301, 222}, {50, 40}});
}

TEST_CASE("keys and pointer arrive in order, the pointer within the screen") {
    ScreenPair pair(screen_showing(varied({100, 80}, 8)));
    pair.client->key(0x61, true);
    pair.client->key(0x61, false);
    pair.client->pointer({10, 20}, 1);
    pair.client->pointer({5000, -3}, 0);
    CHECK(pair.input.wait_for({"key 61 down", "key 61 up", "pointer 10,20 1", "pointer 99,0 0"}));
}

TEST_CASE("a viewer that may only look sends nothing, and a server that lets only look takes nothing") {
    SECTION("the viewer") {
        ScreenPair pair(screen_showing(varied({100, 80}, 9)), looking_only);
        pair.client->key(0x61, true);
        pair.client->pointer({1, 1}, 1);
        pair.client->set_view_only(false);
        pair.client->key(0x62, true);
        REQUIRE(pair.input.wait_for({"key 62 down"}));
        pair.client->set_view_only(true);  // lets go of what it held
        CHECK(pair.input.wait_for({"key 62 down", "key 62 up"}));
    }
    SECTION("the server") {
        ScreenPair pair(screen_showing(varied({100, 80}, 9)), lossless, server_options(true));
        REQUIRE(pair.shows_screen());
        int updates = 0;
        pair.board.change([&] { updates = pair.updates; });
        pair.client->key(0x61, true);
        pair.client->pointer({1, 1}, 1);
        pair.client->refresh();  // behind the input on the same stream: once it is answered, the input has been read
        REQUIRE(pair.board.wait([&] { return pair.updates > updates; }));
        CHECK(pair.input.events().empty());
    }
}

TEST_CASE("what a viewer held down when it left is released") {
    ScreenPair pair(screen_showing(varied({100, 80}, 10)));
    pair.client->key(0xFFE3, true);
    pair.client->pointer({7, 8}, 4);
    REQUIRE(pair.input.wait_for({"key ffe3 down", "pointer 7,8 4"}));
    pair.end_client();
    CHECK(pair.server_closed());
    CHECK(pair.input.wait_for({"key ffe3 down", "pointer 7,8 4", "key ffe3 up", "pointer 7,8 0"}));
}

TEST_CASE("a stalled viewer delays nobody's end") {
    const Size size{1000, 800};
    auto screen = screen_showing({size, noise(size, 11)});
    ScreenPair pair(screen, lossless);
    pair.bridge.stall();  // 2 MB of noise are under way: the server blocks in the library
    for (unsigned i = 0; i < 3; ++i) screen->paint({0, 0, 1000, 800}, noise(size, i).data(), 1000);
    CHECK(time_of([&] { pair.server.reset(); }) < std::chrono::seconds(1));
    CHECK(time_of([&] { pair.end_client(); }) < std::chrono::seconds(1));
}

TEST_CASE("when the host's side ends, the viewer says so") {
    ScreenPair pair(screen_showing(varied({100, 80}, 12)));
    REQUIRE(pair.board.wait([&] { return pair.updates > 0; }));
    pair.server.reset();
    std::string why;
    CHECK(pair.viewer_closed(&why));
    CHECK(why == "the other side closed the connection");
}

TEST_CASE("a silent screen gives a sign of life") {
    ScreenPair pair(screen_showing(varied({100, 80}, 13)), lossless, server_options(false, Millis{50}));
    REQUIRE(pair.shows_screen());
    int updates = 0;
    pair.board.change([&] { updates = pair.updates; });
    CHECK(pair.board.wait([&] { return pair.updates > updates + 2; }));
}

TEST_CASE("asked to refresh, the whole picture comes again") {
    ScreenPair pair(screen_showing(varied({100, 80}, 14)), lossless);
    REQUIRE(pair.shows_screen());
    const auto pixels = noise({1, 1}, 1);
    pair.screen->paint({0, 0, 1, 1}, pixels.data(), 1);
    REQUIRE(pair.board.wait([&] { return pair.last_update.size() == 1; }));
    pair.client->refresh();
    CHECK(pair.board.wait([&] {
        int area = 0;
        for (const Rect& rect : pair.last_update) area += rect.width * rect.height;
        return area == 100 * 80;
    }));
}

TEST_CASE("two viewers of one screen are served independently") {
    auto screen = screen_showing(varied({150, 100}, 15));
    ScreenPair first(screen, lossless);
    ScreenPair second(screen, lossless);
    first.bridge.stall();
    const auto pixels = noise({150, 100}, 16);
    screen->paint({0, 0, 150, 100}, pixels.data(), 150);
    CHECK(second.shows_screen());
}
