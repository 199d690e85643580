#include "viewer/ui/picture_drawing.hpp"

#include <FL/fl_draw.H>

#include "rfb-ext/ui/shrink.hpp"

namespace pronto::viewer {

void scale_picture(const vnc::Picture& picture, const Rect& place, const Rect& clip,
                   std::vector<std::uint32_t>& pixels) {
    const auto count = static_cast<std::size_t>(clip.width) * static_cast<std::size_t>(clip.height);
    if (pixels.size() < count) pixels.resize(count);
    ui::scale_part({picture.pixels.data(), picture.size, picture.size.width}, {place.width, place.height},
                   {clip.x - place.x, clip.y - place.y, clip.width, clip.height}, pixels.data());
    // 0x00RRGGBB into the bytes R, G, B, 0 that fl_draw_image takes.
    for (std::size_t i = 0; i < count; ++i)
        pixels[i] = (pixels[i] & 0xFF) << 16 | (pixels[i] & 0xFF00) | (pixels[i] >> 16 & 0xFF);
}

void draw_pixels(const std::vector<std::uint32_t>& pixels, const Rect& clip) {
    fl_draw_image(reinterpret_cast<const uchar*>(pixels.data()), clip.x, clip.y, clip.width, clip.height, 4,
                  clip.width * 4);
}

}  // namespace pronto::viewer
