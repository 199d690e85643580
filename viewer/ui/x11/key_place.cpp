#include <FL/Fl.H>
#include <FL/x.H>

#include "viewer/ui/keyboard.hpp"

namespace pronto::viewer {

int place_of_current_key() {
    const bool key = fl_xevent && (fl_xevent->type == KeyPress || fl_xevent->type == KeyRelease);
    return key ? static_cast<int>(fl_xevent->xkey.keycode) : 0;
}

}  // namespace pronto::viewer
