#include <algorithm>
#include <utility>

#include "rfb-ext/wire/measure/rectangle.hpp"

namespace pronto::wire::measure {

namespace {

/// RFC 6143 section 7.7.4: tiles of 16 x 16, each with its own subencoding; only those bytes and the counts of
/// subrectangles are looked at.
class Hextile final : public Rectangle {
public:
    Result<Want> begin(const Rect& area, Terms& terms) override {
        area_ = area;
        pixel_ = static_cast<std::size_t>(terms.format.bytes_per_pixel());
        x_ = y_ = 0;
        subrect_bytes_ = 0;
        return area.empty() ? Want{} : Want{0, 1};
    }

    Result<Want> look(ByteView seen, Terms&) override {
        if (subrect_bytes_ > 0) return next_tile(seen[0] * std::exchange(subrect_bytes_, 0));
        return subencoding(seen[0]);
    }

private:
    static constexpr int side = 16;
    static constexpr unsigned raw = 1, background = 2, foreground = 4, any_subrects = 8, subrects_coloured = 16;

    Result<Want> subencoding(unsigned bits) {
        if (bits > 31) return WireError::bad_value;
        if (bits & raw) return next_tile(tile_pixels() * pixel_);
        const std::size_t colours = ((bits & background) ? pixel_ : 0) + ((bits & foreground) ? pixel_ : 0);
        if (!(bits & any_subrects)) return next_tile(colours);
        subrect_bytes_ = 2 + ((bits & subrects_coloured) ? pixel_ : 0);
        return Want{colours, 1};
    }

    std::size_t tile_pixels() const {
        return static_cast<std::size_t>(std::min(side, area_.width - x_) * std::min(side, area_.height - y_));
    }

    Want next_tile(std::size_t skip) {
        x_ += side;
        if (x_ >= area_.width) {
            x_ = 0;
            y_ += side;
        }
        return {skip, y_ < area_.height ? std::size_t{1} : 0};
    }

    Rect area_;
    std::size_t pixel_ = 0;
    int x_ = 0;  ///< the tile's corner in the rectangle
    int y_ = 0;
    std::size_t subrect_bytes_ = 0;  ///< of the tile whose count comes next; 0: a subencoding comes next
};

}  // namespace

std::unique_ptr<Rectangle> hextile() {
    return std::make_unique<Hextile>();
}

}  // namespace pronto::wire::measure
