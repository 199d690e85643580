// ScreenServer against viewers that do not play by the rules.
#include <catch2/catch.hpp>

#include <chrono>
#include <random>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rfb-ext/vnc/picture_decoder.hpp"
#include "tests/unit/rfb-ext/vnc/fake_viewer.hpp"
#include "tests/unit/rfb-ext/vnc/server_messages.hpp"

using namespace pronto;
using namespace pronto::test;

namespace {

std::shared_ptr<vnc::SharedScreen> noisy_screen(Size size) {
    auto screen = std::make_shared<vnc::SharedScreen>(size);
    screen->paint({0, 0, size.width, size.height}, noise(size, 1).data(), static_cast<std::size_t>(size.width));
    return screen;
}

}  // namespace

TEST_CASE("a request torn into thousands of pixels does not overflow the library's buffer with copies") {
    const Size size{100, 80};
    auto screen = noisy_screen(size);
    FakeViewer viewer(screen);
    vnc::PictureDecoder decoder(size, {});
    // The server's own format, unasked, is ours.
    viewer.say(wire::write_set_encodings({wire::encoding::raw, wire::encoding::copy_rect}));
    viewer.ask({0, 0, size.width, size.height}, false);
    viewer.draw_update(decoder);
    CHECK(decoder.picture().pixels == screen->picture().pixels);
    for (int y = 0; y < size.height; ++y)
        for (int x = y % 2; x < size.width; x += 2) viewer.ask({x, y, 1, 1}, true);
    REQUIRE(viewer.heard());
    screen->move({0, 0, size.width, size.height - 2}, {0, 2});  // 4,000 copies of 16 bytes, were nobody looking
    viewer.draw_update(decoder);
    viewer.ask({0, 0, size.width, size.height}, false);
    viewer.draw_update(decoder);
    CHECK(decoder.picture().pixels == screen->picture().pixels);
}

TEST_CASE("a viewer that asks for files, or for what does not exist, is cut") {
    SECTION("files") {
        FakeViewer viewer(noisy_screen({20, 20}));
        viewer.say(bytes({7, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
        CHECK(viewer.closed());
    }
    SECTION("an unknown message") {
        FakeViewer viewer(noisy_screen({20, 20}));
        viewer.say(bytes({99}));
        CHECK(viewer.closed());
    }
}

TEST_CASE("a viewer that stops in the middle of a message delays no end") {
    FakeViewer viewer(noisy_screen({20, 20}));
    viewer.say(bytes({3, 0, 0}));
    const auto start = std::chrono::steady_clock::now();
    viewer.server.reset();
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

TEST_CASE("viewers that send noise") {
    std::minstd_rand random(3);
    auto screen = noisy_screen({60, 40});
    for (int round = 0; round < 60; ++round) {
        FakeViewer viewer(screen);
        viewer.say(
            wire::write_set_encodings({wire::encoding::tight, wire::encoding::copy_rect, wire::encoding::cursor}));
        viewer.ask({0, 0, 60, 40}, false);
        Bytes noise_bytes(1 + random() % 400);
        for (Byte& byte : noise_bytes) byte = static_cast<Byte>(random() % (round % 2 ? 256 : 7));
        ::send(viewer.descriptor(), noise_bytes.data(), noise_bytes.size(), MSG_NOSIGNAL);  // it may be cut by now
        screen->move({0, 0, 60, 30}, {0, 10});
    }
    SUCCEED("nothing crashed");
}

TEST_CASE("a descriptor that the library's select cannot hold is refused") {
    Ends ends;
    const int large = ::fcntl(ends.left, F_DUPFD_CLOEXEC, 1024);
    if (large >= 0) {
        RecordingSink input;
        CHECK_THROWS_WITH(vnc::ScreenServer(large, noisy_screen({4, 4}), input, {}),
                          Catch::Contains("LibVNCServer takes"));
        CHECK(::fcntl(large, F_GETFD) == -1);  // it had been taken over
    }
    ::close(ends.left);
    ::close(ends.right);
}
