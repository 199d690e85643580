#include "rfb-ext/ui/fields.hpp"

#include <FL/Fl.H>

#include <cstdlib>

#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/icons.hpp"
#include "rfb-ext/ui/menu.hpp"
#include "rfb-ext/ui/scroll_bar.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::ui {
namespace {

void draw_field(const Fl_Widget& widget, bool focused) {
    const Fl_Color back = back_of(widget);
    const Fl_Color fill = widget.active_r() ? colour::surface : colour::window;
    draw_round(area_of(widget),
               {fill, focused ? colour::accent : colour::hairline, back, px(5), focused ? 2 * hairline() : hairline()});
}

constexpr int linefeed = 0xFF0A;  // X11's name for a key few keyboards have; FLTK would put "\n" into the line

bool ends_line(int key) {
    return key == FL_Enter || key == FL_KP_Enter || key == linefeed;
}

/// A box type only for its insets: FLTK computes where the text is (and where the mouse hits it) from them.
Fl_Boxtype field_box() {
    static const Fl_Boxtype box = [] {
        const auto own = static_cast<Fl_Boxtype>(FL_FREE_BOXTYPE + 1);
        Fl::set_boxtype(
            own, [](int, int, int, int, Fl_Color) {}, static_cast<uchar>(px(9)), static_cast<uchar>(px(3)),
            static_cast<uchar>(px(18)), static_cast<uchar>(px(6)));
        return own;
    }();
    return box;
}

/// The same for several lines: they begin and end as far from the frame as they do from its sides.
Fl_Boxtype area_box() {
    static const Fl_Boxtype box = [] {
        const auto own = static_cast<Fl_Boxtype>(FL_FREE_BOXTYPE + 2);
        Fl::set_boxtype(
            own, [](int, int, int, int, Fl_Color) {}, static_cast<uchar>(px(8)), static_cast<uchar>(px(6)),
            static_cast<uchar>(px(12)), static_cast<uchar>(px(12)));
        return own;
    }();
    return box;
}

}  // namespace

TextField::TextField(const std::string& hint) : Fl_Input(0, 0, 0, height()), hint_(hint) {
    box(field_box());
    textfont(font::regular);
    textsize(px(text_size));
    textcolor(colour::text);
    cursor_color(colour::text);
    selection_color(colour::accent);
    color(colour::surface);
}

int TextField::height() {
    return px(34);
}

void TextField::make_large() {
    textfont(font::mono);
    textsize(px(22));
    redraw();
}

void TextField::on_change(std::function<void()> then) {
    changed_ = std::move(then);
}
void TextField::on_enter(std::function<void()> then) {
    entered_ = std::move(then);
}

int TextField::handle(int event) {
    if (event == FL_FOCUS || event == FL_UNFOCUS) redraw();
    if (event == FL_KEYBOARD && ends_line(Fl::event_key())) {
        const auto then = entered_;  // a copy: it may close the window that we are in
        if (then) then();
        return then || Fl::event_key() == linefeed ? 1 : Fl_Input::handle(event);
    }
    const std::string before = changed_ ? text() : std::string{};
    const int used = Fl_Input::handle(event);
    if (changed_ && before != value()) changed_();
    return used;
}

void TextField::draw() {
    const bool focused = Fl::focus() == this;
    // Always as a whole: FLTK's partial updates leave cursors behind in smoothed text.
    clear_damage(damage() | FL_DAMAGE_ALL);
    draw_field(*this, focused);
    color(active_r() ? colour::surface : colour::window);
    const int dx = Fl::box_dx(box()), dy = Fl::box_dy(box());
    drawtext(x() + dx, y() + dy, w() - Fl::box_dw(box()), h() - Fl::box_dh(box()));
    if (size() == 0 && !focused && !hint_.empty()) {
        const TextLook faint{textfont(), textsize(), colour::faint};
        draw_line_of_text(hint_, {x() + dx, y(), w() - 2 * dx, h()}, faint);
    }
}

SecretField::SecretField(const std::string& hint) : TextField(hint) {
    type(FL_SECRET_INPUT);
}

SecretField::~SecretField() {
    // FLTK keeps the text in a plain buffer; overwrite it before it goes back to the heap.
    value(std::string(static_cast<std::size_t>(size()), '\0').c_str(), size());
}

int SecretField::handle(int event) {
    const bool copies =
        event == FL_KEYBOARD && Fl::event_state(FL_COMMAND) && (Fl::event_key() == 'c' || Fl::event_key() == 'x');
    return copies ? 1 : TextField::handle(event);
}

TextArea::TextArea() : Fl_Text_Editor(0, 0, 0, 0) {
    end();
    buffer(&content_);
    box(area_box());
    color(colour::surface);
    textfont(font::regular);
    textsize(px(text_size));
    textcolor(colour::text);
    cursor_color(colour::text);
    cursor_style(Fl_Text_Display::SIMPLE_CURSOR);
    selection_color(colour::selection);
    wrap_mode(WRAP_AT_BOUNDS, 0);
    // The library's own bars look like 1995; ours behave the same.
    for (Fl_Scrollbar** bar : {&mVScrollBar, &mHScrollBar}) {
        remove(**bar);
        delete *bar;
        *bar = new ScrollBar;
        add(**bar);
    }
    mVScrollBar->callback(reinterpret_cast<Fl_Callback*>(v_scrollbar_cb), this);
    mHScrollBar->callback(reinterpret_cast<Fl_Callback*>(h_scrollbar_cb), this);
    mHScrollBar->type(FL_HORIZONTAL);
    scrollbar_width(ScrollBar::thickness());
    content_.add_modify_callback(
        [](int, int inserted, int deleted, int, const char*, void* self) {
            auto& area = *static_cast<TextArea*>(self);
            if (area.changed_ && (inserted > 0 || deleted > 0)) area.changed_();
        },
        this);
}

TextArea::~TextArea() {
    buffer(nullptr);
}

std::string TextArea::text() const {
    char* text = content_.text();
    std::string copy = text ? text : "";
    std::free(text);
    return copy;
}

void TextArea::set_text(const std::string& text) {
    content_.text(text.c_str());
}

void TextArea::set_read_only(bool read_only) {
    read_only_ = read_only;
    read_only ? hide_cursor() : show_cursor();
}

void TextArea::on_change(std::function<void()> then) {
    changed_ = std::move(then);
}

int TextArea::handle(int event) {
    if (event == FL_FOCUS || event == FL_UNFOCUS) redraw();
    if (event == FL_KEYBOARD && Fl::event_key() == FL_Tab) return 0;  // FLTK then moves the focus on
    if (event == FL_KEYBOARD && read_only_ && Fl::event_length() > 0 && !Fl::event_state(FL_COMMAND)) return 1;
    if (event == FL_PASTE && read_only_) return 1;
    return Fl_Text_Editor::handle(event);
}

void TextArea::draw() {
    if (damage() & FL_DAMAGE_ALL) draw_field(*this, Fl::focus() == this);
    Fl_Text_Editor::draw();
}

Choice::Choice(const std::vector<std::string>& entries) : Fl_Choice(0, 0, 0, TextField::height()) {
    style_menu(*this);
    for (const auto& entry : entries) {
        // add() would read "/" as a submenu and "&" as a shortcut.
        const int at = add("entry", 0, nullptr, nullptr, 0);
        replace(at, entry.c_str());
    }
    if (!entries.empty()) value(0);
    callback(
        [](Fl_Widget*, void* self) {
            auto& choice = *static_cast<Choice*>(self);
            if (choice.changed_) choice.changed_(choice.value());
            choice.redraw();
        },
        this);
}

Choice::~Choice() = default;

void Choice::on_change(std::function<void(int)> then) {
    changed_ = std::move(then);
}

std::string Choice::chosen() const {
    return text() ? text() : "";
}

void Choice::draw() {
    draw_field(*this, Fl::focus() == this);
    const int side = px(16);
    const Fl_Color ink = active_r() ? colour::text : colour::faint;
    draw_line_of_text(chosen(), {x() + px(11), y(), w() - px(11 + 10) - side, h()},
                      look(font::regular, text_size, ink));
    draw_icon("chevron-down", {x() + w() - side - px(8), y(), side, h()}, 16, colour::muted);
}

}  // namespace pronto::ui
