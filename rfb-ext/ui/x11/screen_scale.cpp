#include <FL/Fl.H>
#include <FL/x.H>
#include <X11/Xlib.h>
#include <X11/Xresource.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "rfb-ext/ui/screen.hpp"

namespace pronto::ui {

void open_screen() {
    if (fl_display) return;
    Display* display = XOpenDisplay(nullptr);
    if (!display) {
        const char* name = std::getenv("DISPLAY");
        throw std::runtime_error(name && *name ? "cannot open the X display " + std::string(name) +
                                                     "; is it running, and may this user use it?"
                                               : "there is no X display (DISPLAY is not set); start it from a desktop");
    }
    fl_open_display(display);
}

std::string screen_dpi() {
    // The resource manager's string is read when the display is opened; XGetDefault looks Xft.dpi up in it.
    const char* value = XGetDefault(fl_display, "Xft", "dpi");
    return value ? value : "";
}

Size room_on_screen(Size wished) {
    if (!fl_display) return wished;
    int x = 0, y = 0, width = 0, height = 0;
    Fl::screen_work_area(x, y, width, height);
    return {std::min(wished.width, width), std::min(wished.height, height)};
}

}  // namespace pronto::ui
