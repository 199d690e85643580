#pragma once

#include <FL/Fl.H>
#include <FL/Fl_Widget.H>

#include <memory>

namespace pronto::viewer {

/// Windows are told to go from inside their own callbacks: they are hidden at once and deleted by FLTK's loop.
struct CloseWindow {
    void operator()(Fl_Widget* window) const {
        window->hide();
        Fl::delete_widget(window);
    }
};
template <class Window>
using WindowPtr = std::unique_ptr<Window, CloseWindow>;

}  // namespace pronto::viewer
