#pragma once

#include <cstdint>
#include <vector>

#include "rfb-ext/vnc/picture.hpp"

namespace pronto::viewer {

/// A picture scaled to `place`, as far as it lies in `clip` (within `place`), into `pixels`, ready for draw_pixels().
void scale_picture(const vnc::Picture& picture, const Rect& place, const Rect& clip,
                   std::vector<std::uint32_t>& pixels);
/// Inside draw() only.
void draw_pixels(const std::vector<std::uint32_t>& pixels, const Rect& clip);

}  // namespace pronto::viewer
