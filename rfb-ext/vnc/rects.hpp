#pragma once

#include <algorithm>
#include <vector>

#include "rfb-ext/base/geometry.hpp"

namespace pronto::vnc {

/// Empty if they do not meet.
inline Rect intersection(const Rect& a, const Rect& b) {
    const int left = std::max(a.x, b.x);
    const int top = std::max(a.y, b.y);
    const int right = std::min(a.x + a.width, b.x + b.width);
    const int bottom = std::min(a.y + a.height, b.y + b.height);
    if (right <= left || bottom <= top) return {};
    return {left, top, right - left, bottom - top};
}

inline bool contains(const Rect& outer, const Rect& inner) { return intersection(outer, inner) == inner; }

/// The smallest rectangle around all of `rects` (not empty).
inline Rect bounding_box(const std::vector<Rect>& rects) {
    Rect box = rects.front();
    for (const Rect& rect : rects) {
        const int right = std::max(box.x + box.width, rect.x + rect.width);
        const int bottom = std::max(box.y + box.height, rect.y + rect.height);
        box.x = std::min(box.x, rect.x);
        box.y = std::min(box.y, rect.y);
        box.width = right - box.x;
        box.height = bottom - box.y;
    }
    return box;
}

}  // namespace pronto::vnc
