#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rfb-ext/vnc/picture.hpp"

namespace pronto::viewer {

/// A picture scaled to `place`, as far as it lies in `clip` (within `place`), into `pixels`, ready for draw_pixels().
void scale_picture(const vnc::Picture& picture, const Rect& place, const Rect& clip,
                   std::vector<std::uint32_t>& pixels);
/// Inside draw() only.
void draw_pixels(const std::vector<std::uint32_t>& pixels, const Rect& clip);

/// A message over a picture, at its upper edge in the middle: where it is, in a view of that area.
Rect area_of_words(const std::string& words, const Rect& view);
/// Draws it; nothing if there are no words.
void draw_words(const std::string& words, const Rect& view);

}  // namespace pronto::viewer
