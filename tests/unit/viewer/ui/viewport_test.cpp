#include "viewer/ui/viewport.hpp"

#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::viewer;

namespace {

Viewport viewport(Size remote, Size area, Viewport::Mode mode) {
    Viewport port;
    port.set_remote(remote);
    port.set_area(area);
    port.set_mode(mode);
    return port;
}

}  // namespace

TEST_CASE("fitting keeps the sides in proportion and centres") {
    CHECK(viewport({1920, 1080}, {960, 640}, Viewport::Mode::fit).picture() == Rect{0, 50, 960, 540});
    CHECK(viewport({1000, 2000}, {960, 640}, Viewport::Mode::fit).picture() == Rect{320, 0, 320, 640});
    CHECK(viewport({480, 320}, {960, 640}, Viewport::Mode::fit).picture() == Rect{0, 0, 960, 640});  // it enlarges, too
}

TEST_CASE("pixel for pixel a small screen is centred and a large one scrolled") {
    auto port = viewport({800, 600}, {1000, 500}, Viewport::Mode::actual);
    CHECK(port.picture() == Rect{100, 0, 800, 600});
    CHECK(port.scroll_limit() == Point{0, 100});
    port.scroll_to({50, 70});
    CHECK(port.picture() == Rect{100, -70, 800, 600});
    port.scroll_to({0, 1000});
    CHECK(port.scroll() == Point{0, 100});
    port.set_area({1000, 700});  // now it all fits
    CHECK(port.scroll() == Point{0, 0});
    CHECK(port.picture() == Rect{100, 50, 800, 600});
}

TEST_CASE("a scrolled picture stays inside when the remote screen shrinks") {
    auto port = viewport({2000, 2000}, {500, 500}, Viewport::Mode::actual);
    port.scroll_to({1500, 1500});
    port.set_remote({600, 600});
    CHECK(port.scroll() == Point{100, 100});
}

TEST_CASE("a place in the window is a pixel of the remote screen, at every scale") {
    const auto port = viewport({1920, 1080}, {960, 640}, Viewport::Mode::fit);
    CHECK(port.to_remote({0, 50}) == Point{0, 0});
    CHECK(port.to_remote({480, 320}) == Point{960, 540});
    CHECK(port.to_remote({959, 589}) == Point{1918, 1078});
    auto scrolled = viewport({2000, 2000}, {500, 500}, Viewport::Mode::actual);
    scrolled.scroll_to({300, 400});
    CHECK(scrolled.to_remote({10, 20}) == Point{310, 420});
}

TEST_CASE("outside of the picture it is the nearest pixel") {
    const auto port = viewport({1920, 1080}, {960, 640}, Viewport::Mode::fit);
    CHECK(port.to_remote({-5, 10}) == Point{0, 0});
    CHECK(port.to_remote({5000, 5000}) == Point{1919, 1079});
}

TEST_CASE("a remote change damages what shows it, clipped to the window") {
    const auto port = viewport({1920, 1080}, {960, 640}, Viewport::Mode::fit);
    CHECK(port.to_area({0, 0, 2, 2}) == Rect{0, 50, 1, 1});
    CHECK(port.to_area({1, 1, 2, 2}) == Rect{0, 50, 2, 2});
    auto scrolled = viewport({2000, 2000}, {500, 500}, Viewport::Mode::actual);
    scrolled.scroll_to({300, 400});
    CHECK(scrolled.to_area({290, 390, 20, 20}) == Rect{0, 0, 10, 10});
    CHECK(scrolled.to_area({0, 0, 100, 100}).empty());
}

TEST_CASE("without a screen or without room there is no picture and nothing breaks") {
    CHECK(viewport({}, {100, 100}, Viewport::Mode::fit).picture().empty());
    CHECK(viewport({100, 100}, {}, Viewport::Mode::actual).picture().empty());
    CHECK(viewport({}, {100, 100}, Viewport::Mode::fit).to_remote({5, 5}) == Point{0, 0});
    CHECK(viewport({16'384, 1}, {100, 100}, Viewport::Mode::fit).picture().height == 1);
}

TEST_CASE("areas intersect or are empty") {
    CHECK(intersection({0, 0, 10, 10}, {5, 5, 10, 10}) == Rect{5, 5, 5, 5});
    CHECK(intersection({0, 0, 10, 10}, {10, 0, 5, 5}).empty());
}
