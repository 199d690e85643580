#include "rfb-ext/ui/scroll_bar.hpp"

#include <FL/Fl.H>

#include <algorithm>

#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::ui {

ScrollBar::ScrollBar() : Fl_Scrollbar(0, 0, thickness(), 0) {
    box(FL_FLAT_BOX);
    color(colour::surface);
    linesize(px(26));
    clear_visible_focus();
}

int ScrollBar::thickness() {
    return px(12);
}

void ScrollBar::on_scroll(std::function<void(int)> then) {
    then_ = std::move(then);
    callback(
        [](Fl_Widget*, void* self) {
            auto& bar = *static_cast<ScrollBar*>(self);
            if (bar.then_) bar.then_(bar.value());
        },
        this);
}

int ScrollBar::handle(int event) {
    if (event == FL_ENTER || event == FL_LEAVE) {
        hovered_ = event == FL_ENTER;
        redraw();
        return 1;
    }
    // The wheel and keys as FLTK has them; the mouse without its arrow buttons.
    const bool mouse = event == FL_PUSH || event == FL_DRAG || event == FL_RELEASE;
    if (event == FL_RELEASE) redraw();
    return mouse ? Fl_Slider::handle(event, x(), y(), w(), h()) : Fl_Scrollbar::handle(event);
}

void ScrollBar::draw() {
    fill(area_of(*this), color());
    if (maximum() <= minimum() || slider_size() >= 1) return;
    const bool across = horizontal() != 0;
    const int length = across ? w() : h();
    const int thumb = std::clamp(static_cast<int>(length * static_cast<double>(slider_size())), px(24), length);
    const double way = (Fl_Slider::value() - minimum()) / (maximum() - minimum());
    const int at = static_cast<int>((length - thumb) * std::clamp(way, 0.0, 1.0));
    const int margin = px(3), thin = std::max(px(4), (across ? h() : w()) - 2 * margin);
    const Rect area = across ? Rect{x() + at, y() + margin, thumb, thin} : Rect{x() + margin, y() + at, thin, thumb};
    const Fl_Color ink = Fl::pushed() == this ? colour::muted : hovered_ ? colour::faint : colour::hairline;
    draw_round(area, {ink, ink, color(), thin / 2});
}

}  // namespace pronto::ui
