#include "rfb-ext/ui/menu.hpp"

#include <FL/Fl.H>
#include <FL/Fl_Group.H>
#include <FL/Fl_Menu_Button.H>

#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::ui {
namespace {

void draw_menu_box(int x, int y, int w, int h, Fl_Color) {
    fill({x, y, w, h}, colour::hairline);
    const int line = hairline();
    fill({x + line, y + line, w - 2 * line, h - 2 * line}, colour::surface);
}

Fl_Boxtype menu_box() {
    static const Fl_Boxtype box = [] {
        const auto own = static_cast<Fl_Boxtype>(FL_FREE_BOXTYPE + 2);
        const auto inset = static_cast<uchar>(px(4));
        Fl::set_boxtype(own, draw_menu_box, inset, inset, static_cast<uchar>(2 * inset), static_cast<uchar>(2 * inset));
        return own;
    }();
    return box;
}

}  // namespace

void style_menu(Fl_Menu_& menu) {
    menu.box(menu_box());
    menu.down_box(FL_FLAT_BOX);
    menu.color(colour::surface);
    menu.selection_color(colour::selection);
    menu.textfont(font::regular);
    menu.textsize(px(text_size));
    menu.textcolor(colour::text);
}

void popup_menu(const std::vector<MenuEntry>& entries) {
    std::vector<Fl_Menu_Item> items;
    for (const auto& entry : entries) {
        const int flags = (entry.enabled ? 0 : FL_MENU_INACTIVE) | (entry.line_after ? FL_MENU_DIVIDER : 0);
        items.push_back({entry.text.c_str(), 0, nullptr, nullptr, flags, FL_NORMAL_LABEL, font::regular, px(text_size),
                         colour::text});
    }
    items.push_back({});
    Fl_Group::current(nullptr);
    Fl_Menu_Button menu(0, 0, 0, 0);
    style_menu(menu);
    const Fl_Menu_Item* chosen = items.data()->popup(Fl::event_x(), Fl::event_y(), nullptr, nullptr, &menu);
    if (!chosen) return;
    const auto then = entries[static_cast<std::size_t>(chosen - items.data())].chosen;
    if (then) then();
}

}  // namespace pronto::ui
