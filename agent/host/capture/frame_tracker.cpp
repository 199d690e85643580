#include "agent/host/capture/frame_tracker.hpp"

#include <algorithm>
#include <cstring>

#include "agent/host/capture/scroll.hpp"

namespace pronto::host {
namespace {

constexpr int tile_width = 64;
constexpr int tile_height = 16;
// A scroll is looked for when this many pixels may have changed; after this many vain searches only now and then.
constexpr std::int64_t worth_searching = 16'384;
constexpr int patience = 8;

std::int64_t area_of(const Rect& r) { return std::int64_t{r.width} * r.height; }

}  // namespace

/// What was grabbed: pixels of `area`.
struct FrameTracker::View {
    Rect area;
    const std::uint32_t* pixels;
    std::size_t stride;

    const std::uint32_t* at(int x, int y) const {
        return pixels + static_cast<std::size_t>(y - area.y) * stride + static_cast<std::size_t>(x - area.x);
    }
};

Rect around(const Rect& a, const Rect& b) {
    const int x = std::min(a.x, b.x), y = std::min(a.y, b.y);
    return {x, y, std::max(a.x + a.width, b.x + b.width) - x, std::max(a.y + a.height, b.y + b.height) - y};
}

std::vector<Rect> joined(std::vector<Rect> areas, std::size_t most) {
    if (areas.size() > most * 8) {  // not worth choosing: one look at all of it is cheaper
        Rect all = areas.front();
        for (const auto& each : areas) all = around(all, each);
        return {all};
    }
    const auto join = [&](auto&& good) {
        for (std::size_t a = 0; a < areas.size(); ++a)
            for (std::size_t b = a + 1; b < areas.size(); ++b) {
                const Rect both = around(areas[a], areas[b]);
                if (!good(area_of(both), area_of(areas[a]) + area_of(areas[b]))) continue;
                areas[a] = both;
                areas.erase(areas.begin() + static_cast<std::ptrdiff_t>(b));
                return true;
            }
        return false;
    };
    while (join([](std::int64_t both, std::int64_t apart) { return both * 4 <= apart * 5; })) {}
    while (areas.size() > most && join([](std::int64_t, std::int64_t) { return true; })) {}
    return areas;
}

void FrameTracker::resize(Size size) {
    frame_.size = size;
    frame_.pixels.assign(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height), 0);
    blank_ = true;
    sink_.resize(size);
}

void FrameTracker::look(const Rect& area, const std::uint32_t* pixels, std::size_t stride) {
    const View view{area, pixels, stride};
    if (blank_) {
        blank_ = false;
        paint(view, area);
        return;
    }
    auto changed = differences(view);
    if (scroll(view, changed)) changed = differences(view);
    for (const auto& each : changed) paint(view, each);
}

/// Tiles that differ, joined to runs along a row of tiles and equal runs joined downwards, then cut to the pixels.
std::vector<Rect> FrameTracker::differences(const View& view) const {
    const Rect& area = view.area;
    std::vector<Rect> done, above;
    for (int y = area.y; y < area.y + area.height; y += tile_height) {
        const int height = std::min(tile_height, area.y + area.height - y);
        std::vector<Rect> runs;
        for (int x = area.x; x < area.x + area.width; x += tile_width) {
            const int width = std::min(tile_width, area.x + area.width - x);
            bool differs = false;
            for (int row = y; row < y + height && !differs; ++row)
                differs = std::memcmp(frame_.row(row) + x, view.at(x, row), static_cast<std::size_t>(width) * 4) != 0;
            if (!differs) continue;
            if (!runs.empty() && runs.back().x + runs.back().width == x) runs.back().width += width;
            else runs.push_back({x, y, width, height});
        }
        std::vector<Rect> open;
        for (auto& run : runs) {
            const auto same = std::find_if(above.begin(), above.end(),
                                           [&](const Rect& r) { return r.x == run.x && r.width == run.width; });
            if (same != above.end()) {
                run = around(*same, run);
                above.erase(same);
            }
            open.push_back(run);
        }
        done.insert(done.end(), above.begin(), above.end());
        above = std::move(open);
    }
    done.insert(done.end(), above.begin(), above.end());
    for (auto& each : done) each = tightened(view, each);
    return done;
}

Rect FrameTracker::tightened(const View& view, Rect rough) const {
    int left = rough.x + rough.width, right = rough.x, top = -1, bottom = -1;
    for (int y = rough.y; y < rough.y + rough.height; ++y) {
        const auto* before = frame_.row(y) + rough.x;
        const auto* after = view.at(rough.x, y);
        if (std::memcmp(before, after, static_cast<std::size_t>(rough.width) * 4) == 0) continue;
        if (top < 0) top = y;
        bottom = y;
        int first = 0, last = rough.width - 1;
        while (before[first] == after[first]) ++first;
        while (before[last] == after[last]) --last;
        left = std::min(left, rough.x + first);
        right = std::max(right, rough.x + last);
    }
    return {left, top, right - left + 1, bottom - top + 1};
}

bool FrameTracker::scroll(const View& view, const std::vector<Rect>& changed) {
    if (changed.empty()) return false;
    Rect box = changed.front();
    for (const auto& each : changed) box = around(box, each);
    if (area_of(box) < worth_searching) return false;
    if (vain_searches_ >= patience && ++vain_searches_ % patience != 0) return false;
    const auto stride = static_cast<std::size_t>(frame_.size.width);
    const auto found = find_scroll({{box.width, box.height}, frame_.row(box.y) + box.x, stride, view.at(box.x, box.y), view.stride});
    if (!found) {
        ++vain_searches_;
        return false;
    }
    vain_searches_ = 0;
    const Rect area{box.x + found->area.x, box.y + found->area.y, found->area.width, found->area.height};
    const auto copy_row = [&](int y) {
        std::memmove(frame_.row(y) + area.x, frame_.row(y + found->by) + area.x, static_cast<std::size_t>(area.width) * 4);
    };
    if (found->by > 0) for (int y = area.y; y < area.y + area.height; ++y) copy_row(y);
    else for (int y = area.y + area.height - 1; y >= area.y; --y) copy_row(y);
    sink_.move(area, {area.x, area.y + found->by});
    return true;
}

void FrameTracker::paint(const View& view, const Rect& area) {
    for (int y = area.y; y < area.y + area.height; ++y)
        std::memcpy(frame_.row(y) + area.x, view.at(area.x, y), static_cast<std::size_t>(area.width) * 4);
    sink_.paint(area, view.at(area.x, area.y), view.stride);
}

}  // namespace pronto::host
