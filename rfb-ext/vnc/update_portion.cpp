#include "rfb-ext/vnc/update_portion.hpp"

#include <algorithm>
#include <vector>

namespace pronto::vnc {

namespace {

std::size_t area(const sraRect& rect) {
    return static_cast<std::size_t>(rect.x2 - rect.x1) * static_cast<std::size_t>(rect.y2 - rect.y1);
}

std::vector<sraRect> rects_of(sraRegionPtr region) {
    std::vector<sraRect> rects;
    sraRectangleIterator* each = sraRgnGetIterator(region);
    for (sraRect rect; sraRgnIteratorNext(each, &rect);) rects.push_back(rect);
    sraRgnReleaseIterator(each);
    return rects;
}

void add(sraRegionPtr region, const sraRect& rect) {
    sraRegionPtr one = sraRgnCreateRect(rect.x1, rect.y1, rect.x2, rect.y2);
    sraRgnOr(region, one);
    sraRgnDestroy(one);
}

}  // namespace

void UpdatePortion::cut(rfbClientRec& viewer, std::size_t most_pixels) {
    was_cut_ = false;
    pixels_ = 0;
    sraRegionPtr due = sraRgnCreateRgn(viewer.modifiedRegion);
    sraRgnAnd(due, viewer.requestedRegion);
    auto rects = rects_of(due);
    sraRgnDestroy(due);
    for (const sraRect& rect : rects) pixels_ += area(rect);
    if (pixels_ <= most_pixels) return;

    was_cut_ = true;
    const std::size_t small = most_pixels / 4;
    std::stable_sort(rects.begin(), rects.end(), [&](const sraRect& a, const sraRect& b) {
        const bool a_small = area(a) <= small;
        const bool b_small = area(b) <= small;
        if (a_small != b_small) return a_small;
        return !a_small && a.y2 > next_row_ && b.y2 <= next_row_;
    });
    sraRegionPtr kept = sraRgnCreate();
    std::size_t room = most_pixels;
    pixels_ = 0;
    for (sraRect rect : rects) {
        if (room == 0) break;
        if (area(rect) > room) {
            const int width = rect.x2 - rect.x1;
            const int rows = std::max(1, static_cast<int>(room / static_cast<std::size_t>(width)));
            if (next_row_ > rect.y1 && next_row_ < rect.y2) rect.y1 = next_row_;
            rect.y2 = std::min(rect.y2, rect.y1 + rows);
            next_row_ = rect.y2;
        }
        add(kept, rect);
        pixels_ += area(rect);
        room -= std::min(room, area(rect));
    }
    sraRgnOr(left_, viewer.modifiedRegion);
    sraRgnSubtract(left_, kept);
    sraRgnAnd(viewer.modifiedRegion, kept);
    sraRgnDestroy(kept);
}

void UpdatePortion::give_back(rfbClientRec& viewer) {
    sraRgnOr(viewer.modifiedRegion, left_);
    sraRgnMakeEmpty(left_);
}

void UpdatePortion::note_request(rfbClientRec& viewer) {
    if (sraRgnEmpty(viewer.requestedRegion)) return;
    sraRgnMakeEmpty(asked_);
    sraRgnOr(asked_, viewer.requestedRegion);
}

void UpdatePortion::ask_again(rfbClientRec& viewer) {
    sraRgnOr(viewer.requestedRegion, asked_);
}

}  // namespace pronto::vnc
