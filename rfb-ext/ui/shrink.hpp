#pragma once

#include <cstdint>

#include "rfb-ext/base/geometry.hpp"

namespace pronto::ui {

/// Pixels 0xXXRRGGBB; `stride` pixels from row to row.
struct PixelView {
    const std::uint32_t* pixels = nullptr;
    Size size;
    int stride = 0;
};

/// Scales `source` to `whole` and writes only `part` of the result (within `whole`) to `out`: part.width * part.height
/// pixels, no padding, top byte zero. Every result pixel is the mean of the source area it covers, so thin lines
/// survive shrinking and enlarged pixels keep sharp edges. A part comes out as it would in the whole.
void scale_part(const PixelView& source, Size whole, const Rect& part, std::uint32_t* out);

/// The part of a picture scaled from `source` to `whole` that a change in `changed` (source pixels) touches.
Rect scaled_damage(const Rect& changed, Size source, Size whole);

}  // namespace pronto::ui
