#include "viewer/ui/picture_drawing.hpp"

#include <FL/fl_draw.H>

#include <algorithm>

#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/runs.hpp"
#include "rfb-ext/ui/shrink.hpp"
#include "rfb-ext/ui/theme.hpp"

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

Rect area_of_words(const std::string& words, const Rect& view) {
    const int margin = ui::px(12), most = std::min(ui::px(900), view.width - 2 * margin);
    const auto look = ui::look(ui::font::regular, ui::text_size, ui::colour::surface);
    const auto lines = ui::wrapped(words, look, most - 2 * margin);
    int width = 0;
    for (const auto& line : lines) width = std::max(width, ui::text_width(line, look));
    width += 2 * margin + ui::px(2);
    const int height = static_cast<int>(lines.size()) * (ui::line_height(look) + ui::px(3)) + ui::px(14);
    return {view.x + (view.width - width) / 2, view.y + margin, width, height};
}

void draw_words(const std::string& words, const Rect& view) {
    if (words.empty()) return;
    const Rect box = area_of_words(words, view);
    const int margin = ui::px(12);
    ui::fill(box, ui::colour::text);
    ui::draw_wrapped_text(words, {box.x + margin, box.y + ui::px(8), box.width - 2 * margin, box.height},
                          ui::look(ui::font::regular, ui::text_size, ui::colour::surface));
}

}  // namespace pronto::viewer
