#include "rfb-ext/vnc/update_portion.hpp"

#include <algorithm>
#include <iterator>
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

std::size_t area(const std::vector<sraRect>& rects) {
    std::size_t sum = 0;
    for (const sraRect& rect : rects) sum += area(rect);
    return sum;
}

void add(sraRegionPtr region, const sraRect& rect) {
    sraRegionPtr one = sraRgnCreateRect(rect.x1, rect.y1, rect.x2, rect.y2);
    sraRgnOr(region, one);
    sraRgnDestroy(one);
}

/// The pixels in each row; rectangles do not overlap.
std::vector<std::size_t> row_areas(const std::vector<sraRect>& rects) {
    int rows = 0;
    for (const sraRect& rect : rects) rows = std::max(rows, rect.y2);
    std::vector<std::size_t> areas(static_cast<std::size_t>(rows));
    for (const sraRect& rect : rects)
        for (int row = rect.y1; row < rect.y2; ++row)
            areas[static_cast<std::size_t>(row)] += static_cast<std::size_t>(rect.x2 - rect.x1);
    return areas;
}

/// Moves whole rows of `rects`, from `next_row` on and round, to `kept`: as many as `room` takes, one at least. All that
/// is due in a row goes with it, so that nothing waits longer than one round, whatever changes beside it. How many pixels.
std::size_t take_rows(const std::vector<sraRect>& rects, std::size_t room, int& next_row, sraRegionPtr kept) {
    const auto areas = row_areas(rects);
    const int rows = static_cast<int>(areas.size());
    if (rows == 0) return 0;
    const int first = next_row < rows ? next_row : 0;
    std::size_t taken = 0;
    int passed = 0;
    for (; passed < rows; ++passed) {
        const std::size_t more = areas[static_cast<std::size_t>((first + passed) % rows)];
        if (taken > 0 && more > 0 && taken + more > room) break;
        taken += more;
    }
    const int end = first + passed;  // over `rows`: as far behind the top
    for (const sraRect& rect : rects)
        for (const int top : {0, rows}) {
            const sraRect part{rect.x1, std::max(rect.y1, first - top), rect.x2, std::min(rect.y2, end - top)};
            if (part.y1 < part.y2) add(kept, part);
        }
    next_row = end % rows;
    return taken;
}

}  // namespace

void UpdatePortion::cut(rfbClientRec& viewer, std::size_t most_pixels) {
    was_cut_ = false;
    sraRegionPtr due = sraRgnCreateRgn(viewer.modifiedRegion);
    sraRgnAnd(due, viewer.requestedRegion);
    const auto rects = rects_of(due);
    pixels_ = area(rects);
    if (pixels_ > most_pixels) {
        was_cut_ = true;
        sraRegionPtr kept = sraRgnCreate();
        std::vector<sraRect> small;
        std::copy_if(rects.begin(), rects.end(), std::back_inserter(small),
                     [&](const sraRect& rect) { return area(rect) <= most_pixels / 4; });
        pixels_ = take_rows(small, most_pixels / 2, next_small_row_, kept);
        sraRgnSubtract(due, kept);
        pixels_ += take_rows(rects_of(due), most_pixels - std::min(most_pixels, pixels_), next_row_, kept);
        sraRgnOr(left_, viewer.modifiedRegion);
        sraRgnSubtract(left_, kept);
        sraRgnAnd(viewer.modifiedRegion, kept);
        sraRgnDestroy(kept);
    }
    sraRgnDestroy(due);
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
