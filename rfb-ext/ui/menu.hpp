#pragma once

#include <functional>
#include <string>
#include <vector>

class Fl_Menu_;

namespace pronto::ui {

struct MenuEntry {
    std::string text;
    std::function<void()> chosen;
    bool enabled = true;
    bool line_after = false;
};
/// Shows a context menu at the pointer, waits for a choice (events go on) and runs it.
void popup_menu(const std::vector<MenuEntry>& entries);

/// Colours, font and box of the house for a menu of FLTK's.
void style_menu(Fl_Menu_& menu);

}  // namespace pronto::ui
