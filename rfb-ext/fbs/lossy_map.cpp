#include "rfb-ext/fbs/lossy_map.hpp"

#include <algorithm>

namespace pronto::fbs {

LossyMap::LossyMap(Size size)
    : size_(size),
      columns_((size.width + side - 1) / side),
      rows_((size.height + side - 1) / side),
      blocks_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), false) {}

void LossyMap::mark_lossy(const Rect& area) {
    if (area.empty()) return;
    for (int row = area.y / side; row <= (area.y + area.height - 1) / side; ++row)
        for (int column = area.x / side; column <= (area.x + area.width - 1) / side; ++column)
            blocks_[at(column, row)] = true;
}

void LossyMap::mark_exact(const Rect& area) {
    // The last block of a row or column may be narrower than the others.
    const int right = area.x + area.width == size_.width ? columns_ : (area.x + area.width) / side;
    const int bottom = area.y + area.height == size_.height ? rows_ : (area.y + area.height) / side;
    for (int row = (area.y + side - 1) / side; row < bottom; ++row)
        for (int column = (area.x + side - 1) / side; column < right; ++column) blocks_[at(column, row)] = false;
}

bool LossyMap::any(const Rect& area) const {
    for (int row = area.y / side; row <= (area.y + area.height - 1) / side; ++row)
        for (int column = area.x / side; column <= (area.x + area.width - 1) / side; ++column)
            if (lossy(column, row)) return true;
    return false;
}

void LossyMap::copied(const Rect& to, Point from) {
    const LossyMap before = *this;
    mark_exact(to);
    for (int y = to.y; y < to.y + to.height;) {
        const int height = std::min(side - y % side, to.y + to.height - y);
        for (int x = to.x; x < to.x + to.width;) {
            const int width = std::min(side - x % side, to.x + to.width - x);
            if (before.any({from.x + x - to.x, from.y + y - to.y, width, height})) mark_lossy({x, y, width, height});
            x += width;
        }
        y += height;
    }
}

}  // namespace pronto::fbs
