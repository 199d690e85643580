#pragma once

class Fl_Window;

/// What FLTK cannot ask of the window system; one implementation per platform (x11/). The window is shown.
namespace pronto::agent {

/// Above all other windows, or as others are again.
void keep_above(Fl_Window& window, bool above);
/// Brings the window to the front, out of its icon if need be, and lets the task bar say so.
void call_attention(Fl_Window& window);

}  // namespace pronto::agent
