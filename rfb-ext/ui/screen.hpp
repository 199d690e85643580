#pragma once

#include <string>

#include "rfb-ext/base/geometry.hpp"

/// What the window system tells about the screen; one implementation per platform (x11/).
namespace pronto::ui {

/// Throws std::runtime_error if there is no screen to draw on (FLTK itself would end the program).
void open_screen();
/// The user's setting in dots per inch ("96", "192"), empty if there is none.
std::string screen_dpi();
/// What of a wished window size the screen has room for; all of it while no screen is open.
Size room_on_screen(Size wished);
/// Does the window system's font that FLTK has selected (fl_font) have this character?
bool selected_font_has(char32_t character);
/// The name, as Fl::set_font wants it, of a font that has this character; empty if there is none.
std::string font_with(char32_t character, bool bold);

}  // namespace pronto::ui
