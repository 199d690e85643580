#include "viewer/ui/viewport.hpp"

#include <algorithm>
#include <cstdint>

#include "rfb-ext/ui/shrink.hpp"

namespace pronto::viewer {

void Viewport::set_mode(Mode mode) {
    mode_ = mode;
    scroll_to(scroll_);
}

void Viewport::set_remote(Size size) {
    remote_ = size;
    scroll_to(scroll_);
}

void Viewport::set_area(Size size) {
    area_ = size;
    scroll_to(scroll_);
}

Rect Viewport::picture() const {
    if (remote_.width <= 0 || remote_.height <= 0 || area_.width <= 0 || area_.height <= 0) return {};
    Size size = remote_;
    if (mode_ == Mode::fit) {
        const bool wide = std::int64_t{remote_.width} * area_.height > std::int64_t{remote_.height} * area_.width;
        size = wide ? Size{area_.width, static_cast<int>(std::int64_t{remote_.height} * area_.width / remote_.width)}
                    : Size{static_cast<int>(std::int64_t{remote_.width} * area_.height / remote_.height), area_.height};
        size = {std::max(1, size.width), std::max(1, size.height)};
    }
    const auto begin = [](int area, int length, int scrolled) {
        return length < area ? (area - length) / 2 : -scrolled;
    };
    return {begin(area_.width, size.width, scroll_.x), begin(area_.height, size.height, scroll_.y), size.width,
            size.height};
}

Point Viewport::to_remote(Point at) const {
    const Rect place = picture();
    if (place.empty()) return {};
    const auto along = [](std::int64_t offset, std::int64_t shown, int remote) {
        return static_cast<int>(std::clamp<std::int64_t>(offset < 0 ? 0 : offset * remote / shown, 0, remote - 1));
    };
    return {along(at.x - place.x, place.width, remote_.width), along(at.y - place.y, place.height, remote_.height)};
}

Rect Viewport::to_area(const Rect& changed) const {
    const Rect place = picture();
    Rect touched = ui::scaled_damage(changed, remote_, {place.width, place.height});
    touched.x += place.x;
    touched.y += place.y;
    return intersection(touched, {0, 0, area_.width, area_.height});
}

Point Viewport::scroll_limit() const {
    if (mode_ == Mode::fit) return {};
    return {std::max(0, remote_.width - area_.width), std::max(0, remote_.height - area_.height)};
}

void Viewport::scroll_to(Point at) {
    const Point limit = scroll_limit();
    scroll_ = {std::clamp(at.x, 0, limit.x), std::clamp(at.y, 0, limit.y)};
}

Rect intersection(const Rect& a, const Rect& b) {
    const int left = std::max(a.x, b.x), top = std::max(a.y, b.y);
    const int right = std::min(a.x + a.width, b.x + b.width), bottom = std::min(a.y + a.height, b.y + b.height);
    if (right <= left || bottom <= top) return {};
    return {left, top, right - left, bottom - top};
}

}  // namespace pronto::viewer
