#include "rfb-ext/ui/buttons.hpp"

#include <FL/Fl.H>

#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/icons.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::ui {
namespace {

constexpr int icon_side = 16;

/// Tracks the pointer; true if the look changed.
bool track_hover(int event, bool active, bool& hovered) {
    const bool was = hovered;
    if (event == FL_ENTER) hovered = active;
    if (event == FL_LEAVE || event == FL_HIDE || event == FL_DEACTIVATE) hovered = false;
    return was != hovered;
}

}  // namespace

struct Button::Inks {
    Fl_Color fill, border, text, icon;
};

Button::Button(const std::string& text, std::string_view icon, Style style)
    : Fl_Button(0, 0, 0, height()), style_(style), icon_(icon) {
    copy_label(text.c_str());
    callback(
        [](Fl_Widget*, void* self) {
            auto& button = *static_cast<Button*>(self);
            const auto then = button.then_;  // a copy: the click may destroy the button
            if (then) then();
        },
        this);
}

void Button::on_click(std::function<void()> then) {
    then_ = std::move(then);
}

void Button::set_text(const std::string& text) {
    copy_label(text.c_str());
    redraw();
}

void Button::set_icon(std::string_view icon) {
    icon_ = icon;
    redraw();
}

void Button::make_toggle() {
    type(FL_TOGGLE_BUTTON);
}

int Button::height() {
    return px(34);
}

int Button::wish() const {
    const int text = text_width(label(), look(font::regular, text_size, colour::text));
    const int icon = icon_.empty() ? 0 : px(icon_side) + (text > 0 ? px(8) : 0);
    return text + icon + 2 * px(style_ == Style::flat ? 11 : 14);
}

Button::Inks Button::inks() const {
    const bool down = value() != 0;
    const Fl_Color back = back_of(*this);
    if (!active_r()) {
        if (style_ == Style::flat) return {back, back, colour::faint, colour::faint};
        return {colour::window, colour::hairline, colour::faint, colour::faint};
    }
    const auto pick = [&](Fl_Color rest, Fl_Color hover, Fl_Color pressed) {
        return down ? pressed : hovered_ ? hover : rest;
    };
    switch (style_) {
        case Style::primary: {
            const Fl_Color fill = pick(colour::accent, colour::accent_hover, colour::accent_pressed);
            return {fill, fill, colour::on_accent, colour::on_accent};
        }
        case Style::danger: {
            const Fl_Color fill = pick(colour::danger, colour::danger_hover, colour::danger_pressed);
            return {fill, fill, colour::on_accent, colour::on_accent};
        }
        case Style::flat: {
            const Fl_Color fill =
                pick(back, colour::hover, type() == FL_TOGGLE_BUTTON ? colour::selection : colour::pressed);
            return {fill, fill, colour::text, colour::text};
        }
        case Style::plain:
            break;
    }
    const Fl_Color fill = pick(colour::surface, colour::hover, colour::pressed);
    return {fill, colour::hairline, colour::text, colour::text};
}

int Button::handle(int event) {
    if (track_hover(event, active_r() != 0, hovered_)) redraw();
    const int used = Fl_Button::handle(event);
    return event == FL_ENTER || event == FL_LEAVE ? 1 : used;
}

void Button::draw() {
    const Inks ink = inks();
    const Rect area = area_of(*this);
    const bool focused = Fl::focus() == this && active_r();
    const Fl_Color ring = style_ == Style::primary  ? colour::accent_pressed
                          : style_ == Style::danger ? colour::danger_pressed
                                                    : colour::accent;
    const Fl_Color border = focused ? ring : ink.border;
    draw_round(area, {ink.fill, border, back_of(*this), px(5), focused ? 2 * hairline() : hairline()});
    const TextLook text = look(font::regular, text_size, ink.text);
    const int words = text_width(label(), text);
    const int mark = icon_.empty() ? 0 : px(icon_side);
    const int gap = mark > 0 && words > 0 ? px(8) : 0;
    int x = area.x + std::max(px(4), (area.width - words - mark - gap) / 2);
    if (mark > 0) draw_icon(icon_, {x, area.y, mark, area.height}, icon_side, ink.icon);
    x += mark + gap;
    draw_line_of_text(label(), {x, area.y, area.x + area.width - x - px(4), area.height}, text);
}

Checkbox::Checkbox(const std::string& text) : Fl_Check_Button(0, 0, 0, px(22)) {
    copy_label(text.c_str());
    callback(
        [](Fl_Widget*, void* self) {
            auto& box = *static_cast<Checkbox*>(self);
            if (box.then_) box.then_(box.value() != 0);
        },
        this);
}

void Checkbox::on_change(std::function<void(bool)> then) {
    then_ = std::move(then);
}

int Checkbox::wish() const {
    return px(16 + 8) + text_width(label(), look(font::regular, text_size, colour::text)) + px(4);
}

int Checkbox::handle(int event) {
    if (track_hover(event, active_r() != 0, hovered_)) redraw();
    const int used = Fl_Check_Button::handle(event);
    return event == FL_ENTER || event == FL_LEAVE ? 1 : used;
}

void Checkbox::draw() {
    const Rect area = area_of(*this);
    const Fl_Color back = back_of(*this);
    fill(area, back);
    const int side = px(16);
    const Rect mark{area.x, area.y + (area.height - side) / 2, side, side};
    const bool on = value() != 0, live = active_r() != 0, round = type() == FL_RADIO_BUTTON;
    const Fl_Color strong = live ? colour::accent : colour::faint;
    const bool marked = on || hovered_ || (Fl::focus() == this && live);
    draw_round(mark, {on ? strong : colour::surface, marked ? strong : colour::faint, back, round ? side / 2 : px(4),
                      Fl::focus() == this ? 2 * hairline() : hairline()});
    if (on && round) {
        const int dot = px(6);
        draw_dot({mark.x + (side - dot) / 2, mark.y + (side - dot) / 2}, dot, colour::surface, strong);
    } else if (on) {
        draw_icon("check", mark, 12, colour::surface);
    }
    const TextLook text = look(font::regular, text_size, live ? colour::text : colour::faint);
    const int x = area.x + side + px(8);
    draw_line_of_text(label(), {x, area.y, area.x + area.width - x, area.height}, text);
}

}  // namespace pronto::ui
