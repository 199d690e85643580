#pragma once

#include <FL/Enumerations.H>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rfb-ext/base/geometry.hpp"

class Fl_Widget;

/// Drawing with smooth edges (FLTK 1.3 has none on X11) and text in any script. Inside draw() only, unless said
/// otherwise.
namespace pronto::ui {

/// A rectangle with smooth round corners. `back` is what lies behind: the corners are blended with it here, so drawing
/// twice changes nothing.
struct Round {
    Fl_Color fill = 0;
    Fl_Color border = 0;  ///< same as `fill`: no border
    Fl_Color back = 0;
    int radius = 0;  ///< pixels
    int line = 1;    ///< border width, pixels
};
void draw_round(const Rect& area, const Round& look);
/// A filled circle in a square of that many pixels.
void draw_dot(Point corner, int diameter, Fl_Color fill, Fl_Color back);
void fill(const Rect& area, Fl_Color colour);
/// The thinnest line of this screen.
int hairline();

/// The colour behind a widget: that of its first ancestor with a box.
Fl_Color back_of(const Fl_Widget& widget);
/// A widget's area.
Rect area_of(const Fl_Widget& widget);

struct TextLook {
    Fl_Font font = 0;
    int size = 13;  ///< pixels
    Fl_Color colour = 0;
};
/// A look from the theme, at the scale in force: `size` at scale 1.
TextLook look(Fl_Font font, int size, Fl_Color colour);

/// Measuring works outside draw() too, once the display is open. Pixels.
int text_width(std::string_view text, const TextLook& look);
int line_height(const TextLook& look);
/// `text`, or as much of its beginning as fits `width` pixels with "…" after it.
std::string ellipsized(std::string_view text, const TextLook& look, int width);
/// Broken into lines at spaces (a longer word: anywhere) and at "\n".
std::vector<std::string> wrapped(std::string_view text, const TextLook& look, int width);

enum class Align { left, centre, right };
/// One line, centred vertically, cut with "…" where it does not fit.
void draw_line_of_text(std::string_view text, const Rect& area, const TextLook& look, Align align = Align::left);
/// Lines from the top of `area`, wrapped at its width; returns the height used.
int draw_wrapped_text(std::string_view text, const Rect& area, const TextLook& look, Align align = Align::left);

/// One corner tile (top left) as it is drawn: radius x radius pixels, 3 bytes each. For tests.
std::vector<std::uint8_t> corner_tile(const Round& look);

}  // namespace pronto::ui
