#include "rfb-ext/vnc/update_portion.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

using namespace pronto::vnc;

namespace {

constexpr int width = 200;
constexpr int height = 100;
constexpr int most_updates = 400;
constexpr std::size_t most_pixels = 1600;

/// A viewer that has seen everything, asks for the whole screen again after each update, and notes what it gets.
class Viewer {
public:
    Viewer() {
        record_->modifiedRegion = sraRgnCreate();
        record_->requestedRegion = sraRgnCreateRect(0, 0, width, height);
    }
    ~Viewer() {
        sraRgnDestroy(record_->modifiedRegion);
        sraRgnDestroy(record_->requestedRegion);
    }
    Viewer(const Viewer&) = delete;
    Viewer& operator=(const Viewer&) = delete;

    void change(const sraRect& area) {
        sraRegionPtr one = sraRgnCreateRect(area.x1, area.y1, area.x2, area.y2);
        sraRgnOr(record_->modifiedRegion, one);
        sraRgnDestroy(one);
    }
    /// How many pixels of `area` are still due.
    std::size_t due(const sraRect& area) const {
        sraRegionPtr part = sraRgnCreateRect(area.x1, area.y1, area.x2, area.y2);
        sraRgnAnd(part, record_->modifiedRegion);
        sraRectangleIterator* each = sraRgnGetIterator(part);
        std::size_t sum = 0;
        for (sraRect rect; sraRgnIteratorNext(each, &rect);)
            sum += static_cast<std::size_t>(rect.x2 - rect.x1) * static_cast<std::size_t>(rect.y2 - rect.y1);
        sraRgnReleaseIterator(each);
        sraRgnDestroy(part);
        return sum;
    }
    /// As the library sends one: what the cut left is no longer due, what it took away is again.
    void update() {
        const std::size_t before = due(everything);
        portion.cut(*record_, most_pixels);
        sraRgnMakeEmpty(record_->modifiedRegion);
        portion.give_back(*record_);
        CHECK(portion.pixels() == before - due(everything));
        CHECK(portion.pixels() <= most_pixels);
    }
    /// Updates until nothing of `still` is due, `moving` changing before each of them.
    int draw(const sraRect& still, const std::function<void()>& moving) {
        change(still);
        int updates = 0;
        for (; due(still) > 0 && updates < most_updates; ++updates) {
            moving();
            update();
        }
        return updates;
    }

    static constexpr sraRect everything{0, 0, width, height};
    UpdatePortion portion;

private:
    std::unique_ptr<rfbClientRec> record_ = std::make_unique<rfbClientRec>();
};

}  // namespace

TEST_CASE("what is due is sent whole if it is not too much") {
    Viewer viewer;
    viewer.change({10, 10, 50, 50});
    viewer.update();
    CHECK_FALSE(viewer.portion.was_cut());
    CHECK(viewer.portion.pixels() == 1600);
    CHECK(viewer.due(Viewer::everything) == 0);
}

TEST_CASE("a screen that changed once is sent in as few portions as it has room for") {
    Viewer viewer;
    CHECK(viewer.draw(Viewer::everything, [] {}) == 13);  // 20,000 pixels, 8 rows each
}

TEST_CASE("a still change beside a video in the same rows is sent, too") {
    Viewer viewer;
    const sraRect video{0, 0, 80, height};
    CHECK(viewer.draw({104, 0, width, height}, [&] { viewer.change(video); }) < 20);
}

TEST_CASE("a large change is sent while many small areas never rest") {
    Viewer viewer;
    const auto tiles = [&] {
        for (int row = 0; row < 2; ++row)
            for (int column = 0; column < 4; ++column)
                viewer.change({column * 25, row * 25, column * 25 + 20, row * 25 + 20});
    };
    CHECK(viewer.draw({100, 0, width, height}, tiles) < 40);
    CHECK(viewer.draw({0, 60, width, height}, tiles) < 40);
}

TEST_CASE("small areas have their turn, however many there are") {
    Viewer viewer;
    const auto tiles = [&] {
        for (int row = 0; row < 4; ++row)
            for (int column = 0; column < 8; ++column)
                viewer.change({column * 25, row * 25, column * 25 + 20, row * 25 + 20});
    };
    CHECK(viewer.draw({180, 96, 190, 99}, tiles) < 20);
}

TEST_CASE("a small change comes with the next update, while large ones wait") {
    Viewer viewer;
    viewer.change({0, 0, width, 80});
    viewer.update();
    CHECK(viewer.draw({50, 90, 60, 99}, [&] { viewer.change({0, 0, width, 80}); }) == 1);
}

TEST_CASE("a row that is wider than the room is sent all the same") {
    UpdatePortion narrow;
    rfbClientRec record{};
    record.modifiedRegion = sraRgnCreateRect(0, 0, width, 2);
    record.requestedRegion = sraRgnCreateRect(0, 0, width, height);
    narrow.cut(record, 10);
    CHECK(narrow.pixels() == width);
    narrow.give_back(record);
    sraRgnDestroy(record.modifiedRegion);
    sraRgnDestroy(record.requestedRegion);
}
