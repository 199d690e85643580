#include "rfb-ext/ui/draw.hpp"

#include <FL/Fl.H>
#include <FL/Fl_Group.H>
#include <FL/Fl_Image.H>
#include <FL/Fl_Widget.H>
#include <FL/fl_draw.H>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <tuple>

#include "rfb-ext/ui/runs.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::ui {
namespace {

struct Rgb {
    int red = 0, green = 0, blue = 0;
};
Rgb rgb_of(Fl_Color colour) {
    uchar r = 0, g = 0, b = 0;
    Fl::get_color(colour, r, g, b);
    return {r, g, b};
}

constexpr int samples = 8;  // a side: 64 a pixel, finer than an eye sees at these sizes

/// Which of fill, border and back the samples of one pixel of the top left corner fall on.
Rgb blend(int column, int row, const Round& look, const std::array<Rgb, 3>& inks) {
    std::array<int, 3> count{};
    for (int sy = 0; sy < samples; ++sy)
        for (int sx = 0; sx < samples; ++sx) {
            const double dx = look.radius - column - (sx + 0.5) / samples;
            const double dy = look.radius - row - (sy + 0.5) / samples;
            const double far = std::sqrt(dx * dx + dy * dy);
            ++count[far > look.radius ? 2 : far > look.radius - look.line ? 1 : 0];
        }
    Rgb sum;
    for (std::size_t i = 0; i < inks.size(); ++i) {
        sum.red += inks[i].red * count[i];
        sum.green += inks[i].green * count[i];
        sum.blue += inks[i].blue * count[i];
    }
    constexpr int all = samples * samples;
    return {(sum.red + all / 2) / all, (sum.green + all / 2) / all, (sum.blue + all / 2) / all};
}

/// A tile mirrored for another corner.
std::vector<std::uint8_t> mirrored(const std::vector<std::uint8_t>& tile, int side, bool across, bool down) {
    std::vector<std::uint8_t> out(tile.size());
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            const int from = (down ? side - 1 - y : y) * side + (across ? side - 1 - x : x);
            std::copy_n(tile.begin() + from * 3, 3, out.begin() + (y * side + x) * 3);
        }
    return out;
}

/// The four corners of one look, kept as the window system's images.
class Corners {
public:
    explicit Corners(const Round& look) : side_(look.radius) {
        const auto tile = corner_tile(look);
        for (int i = 0; i < 4; ++i) {
            pixels_[i] = mirrored(tile, side_, i % 2 == 1, i / 2 == 1);
            images_[i] = std::make_unique<Fl_RGB_Image>(pixels_[i].data(), side_, side_, 3);
        }
    }
    void draw(const Rect& area) {
        for (int i = 0; i < 4; ++i)
            images_[i]->draw(i % 2 == 1 ? area.x + area.width - side_ : area.x,
                             i / 2 == 1 ? area.y + area.height - side_ : area.y);
    }

private:
    int side_;
    std::array<std::vector<std::uint8_t>, 4> pixels_;
    std::array<std::unique_ptr<Fl_RGB_Image>, 4> images_;
};

Corners& corners(const Round& look) {
    using Key = std::tuple<Fl_Color, Fl_Color, Fl_Color, int, int>;
    // Never destroyed: FLTK closes the display before statics go, and the images would free pixmaps of a closed
    // display.
    static auto& cache = *new std::map<Key, std::unique_ptr<Corners>>;
    auto& found = cache[Key{look.fill, look.border, look.back, look.radius, look.line}];
    if (!found) found = std::make_unique<Corners>(look);
    return *found;
}

void draw_edges(const Rect& area, const Round& look) {
    const int long_x = area.width - 2 * look.radius, long_y = area.height - 2 * look.radius;
    fill({area.x + look.radius, area.y, long_x, look.line}, look.border);
    fill({area.x + look.radius, area.y + area.height - look.line, long_x, look.line}, look.border);
    fill({area.x, area.y + look.radius, look.line, long_y}, look.border);
    fill({area.x + area.width - look.line, area.y + look.radius, look.line, long_y}, look.border);
}

int aligned(const Rect& area, int width, Align align) {
    if (align == Align::left) return area.x;
    const int room = area.width - width;
    return area.x + (align == Align::centre ? room / 2 : room);
}

}  // namespace

std::vector<std::uint8_t> corner_tile(const Round& look) {
    const std::array<Rgb, 3> inks{rgb_of(look.fill), rgb_of(look.border), rgb_of(look.back)};
    std::vector<std::uint8_t> tile;
    tile.reserve(static_cast<std::size_t>(look.radius) * static_cast<std::size_t>(look.radius) * 3);
    for (int y = 0; y < look.radius; ++y)
        for (int x = 0; x < look.radius; ++x) {
            const Rgb ink = blend(x, y, look, inks);
            for (const int part : {ink.red, ink.green, ink.blue}) tile.push_back(static_cast<std::uint8_t>(part));
        }
    return tile;
}

void draw_round(const Rect& area, const Round& wanted) {
    if (area.empty()) return;
    Round look = wanted;
    look.radius = std::min({look.radius, area.width / 2, area.height / 2});
    const int r = look.radius;
    fill({area.x + r, area.y, area.width - 2 * r, area.height}, look.fill);
    fill({area.x, area.y + r, r, area.height - 2 * r}, look.fill);
    fill({area.x + area.width - r, area.y + r, r, area.height - 2 * r}, look.fill);
    if (look.border != look.fill) draw_edges(area, look);
    if (r > 0) corners(look).draw(area);
}

void draw_dot(Point corner, int diameter, Fl_Color ink, Fl_Color back) {
    const int even = diameter / 2 * 2;  // four equal corner tiles
    draw_round({corner.x, corner.y, even, even}, {ink, ink, back, even / 2});
}

void fill(const Rect& area, Fl_Color colour) {
    if (area.empty()) return;
    fl_color(colour);
    fl_rectf(area.x, area.y, area.width, area.height);
}

int hairline() {
    return std::max(1, static_cast<int>(scale()));
}

Fl_Color back_of(const Fl_Widget& widget) {
    for (const Fl_Widget* at = widget.parent(); at; at = at->parent())
        if (at->box() != FL_NO_BOX) return at->color();
    return colour::window;
}

Rect area_of(const Fl_Widget& widget) {
    return {widget.x(), widget.y(), widget.w(), widget.h()};
}

TextLook look(Fl_Font font, int size, Fl_Color colour) {
    return {font, px(size), colour};
}

int text_width(std::string_view text, const TextLook& look) {
    double width = 0;
    for (const auto& run : runs_of(text, look)) {
        fl_font(run.font, look.size);
        width += fl_width(run.text.data(), static_cast<int>(run.text.size()));
    }
    return static_cast<int>(std::ceil(width));
}

int line_height(const TextLook& look) {
    fl_font(look.font, look.size);
    return fl_height();
}

std::string ellipsized(std::string_view text, const TextLook& look, int width) {
    if (text_width(text, look) <= width) return std::string(text);
    const std::string dots = "…";
    std::size_t keep = text.size();
    while (keep > 0 && text_width(std::string(text.substr(0, keep)) + dots, look) > width)
        keep = character_before(text, keep);
    return std::string(text.substr(0, keep)) + dots;
}

std::vector<std::string> wrapped(std::string_view text, const TextLook& look, int width) {
    return wrapped_by(text, width, [&](std::string_view part) { return text_width(part, look); });
}

void draw_line_of_text(std::string_view text, const Rect& area, const TextLook& look, Align align) {
    if (area.empty() || text.empty()) return;
    const std::string fits = ellipsized(text, look, area.width);
    fl_font(look.font, look.size);
    const int baseline = area.y + (area.height + fl_height()) / 2 - fl_descent();
    double x = aligned(area, text_width(fits, look), align);
    for (const auto& run : runs_of(fits, look)) {
        fl_font(run.font, look.size);
        fl_color(look.colour);
        fl_draw(run.text.data(), static_cast<int>(run.text.size()), static_cast<int>(x), baseline);
        x += fl_width(run.text.data(), static_cast<int>(run.text.size()));
    }
}

int draw_wrapped_text(std::string_view text, const Rect& area, const TextLook& look, Align align) {
    const int step = line_height(look) + px(3);
    int y = area.y;
    for (const auto& line : wrapped(text, look, area.width)) {
        draw_line_of_text(line, {area.x, y, area.width, step}, look, align);
        y += step;
    }
    return y - area.y;
}

}  // namespace pronto::ui
