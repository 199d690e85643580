#pragma once

#include <vector>

#include "rfb-ext/base/geometry.hpp"

namespace pronto::fbs {

/// Where a picture holds what JPEG has drawn, in blocks of 16 x 16: a block is lossy if any pixel of it may be.
class LossyMap {
public:
    static constexpr int side = 16;

    explicit LossyMap(Size size);
    void mark_lossy(const Rect& area);
    /// Only blocks that lie in it whole become exact.
    void mark_exact(const Rect& area);
    /// What CopyRect has brought is as lossy as where it came from.
    void copied(const Rect& to, Point from);

    Size size() const { return size_; }
    int columns() const { return columns_; }
    int rows() const { return rows_; }
    bool lossy(int column, int row) const { return blocks_[at(column, row)]; }

private:
    std::size_t at(int column, int row) const { return static_cast<std::size_t>(row * columns_ + column); }
    bool any(const Rect& area) const;

    Size size_;
    int columns_;
    int rows_;
    std::vector<bool> blocks_;
};

}  // namespace pronto::fbs
