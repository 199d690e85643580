#include "rfb-ext/ui/tabs.hpp"

#include <FL/Fl.H>

#include <algorithm>

#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::ui {
namespace {

int strip_height() {
    return px(38);
}
TextLook tab_look(Fl_Color ink) {
    return look(font::regular, text_size, ink);
}

}  // namespace

Tabs::Tabs(std::string part_prefix) : Fl_Group(0, 0, 0, 0), part_prefix_(std::move(part_prefix)) {
    end();
    resizable(nullptr);
    box(FL_FLAT_BOX);
    color(colour::window);
}

Column& Tabs::add_page(const std::string& name) {
    Fl_Group::current(nullptr);
    auto* page = new Column(px(12), px(12));
    Fl_Group::current(nullptr);
    add(page);
    if (!pages_.empty()) page->hide();
    pages_.push_back({name, page});
    return *page;
}

void Tabs::show_page(const std::string& name) {
    for (std::size_t i = 0; i < pages_.size(); ++i)
        if (pages_[i].name == name) show(i);
}

const std::string& Tabs::shown() const {
    static const std::string none;
    return pages_.empty() ? none : pages_[shown_].name;
}

void Tabs::on_change(std::function<void(const std::string&)> then) {
    changed_ = std::move(then);
}

void Tabs::show(std::size_t index) {
    if (index == shown_) return;
    pages_[shown_].content->hide();
    shown_ = index;
    pages_[shown_].content->show();
    redraw();
    if (changed_) changed_(pages_[shown_].name);
}

Rect Tabs::tab_area(std::size_t index) const {
    int at = x() + px(12);
    for (std::size_t i = 0; i < index; ++i) at += text_width(pages_[i].name, tab_look(colour::text)) + px(28);
    return {at, y(), text_width(pages_[index].name, tab_look(colour::text)) + px(28), strip_height()};
}

int Tabs::tab_at(int x, int y) const {
    for (std::size_t i = 0; i < pages_.size(); ++i) {
        const Rect area = tab_area(i);
        if (x >= area.x && x < area.x + area.width && y >= area.y && y < area.y + area.height)
            return static_cast<int>(i);
    }
    return -1;
}

void Tabs::resize(int x, int y, int w, int h) {
    Fl_Widget::resize(x, y, w, h);
    for (auto& page : pages_) page.content->resize(x, y + strip_height(), w, std::max(0, h - strip_height()));
}

int Tabs::handle(int event) {
    if (event == FL_PUSH && Fl::event_y() < y() + strip_height()) {
        const int index = tab_at(Fl::event_x(), Fl::event_y());
        if (index >= 0) show(static_cast<std::size_t>(index));
        return 1;
    }
    if (event == FL_MOVE || event == FL_LEAVE) {
        const int index = event == FL_MOVE ? tab_at(Fl::event_x(), Fl::event_y()) : -1;
        if (index != hovered_) {
            hovered_ = index;
            damage(FL_DAMAGE_USER1, x(), y(), w(), strip_height());
        }
    }
    return Fl_Group::handle(event) || event == FL_ENTER || event == FL_MOVE || event == FL_LEAVE;
}

void Tabs::draw() {
    if (damage() & ~FL_DAMAGE_CHILD) {
        fill({x(), y(), w(), strip_height()}, colour::surface);
        fill({x(), y() + strip_height() - hairline(), w(), hairline()}, colour::hairline);
        for (std::size_t i = 0; i < pages_.size(); ++i) {
            const Rect area = tab_area(i);
            const bool current = i == shown_;
            const Fl_Color ink = current                           ? colour::accent
                                 : static_cast<int>(i) == hovered_ ? colour::text
                                                                   : colour::muted;
            draw_line_of_text(pages_[i].name, area, tab_look(ink), Align::centre);
            if (current)
                fill({area.x + px(6), area.y + area.height - px(2), area.width - px(12), px(2)}, colour::accent);
        }
        if (damage() & FL_DAMAGE_ALL) fill({x(), y() + strip_height(), w(), h() - strip_height()}, colour::window);
    }
    draw_children();
}

std::vector<Part> Tabs::described_parts() const {
    std::vector<Part> parts;
    for (std::size_t i = 0; i < pages_.size(); ++i)
        parts.push_back({part_prefix_ + pages_[i].name, pages_[i].name, tab_area(i), i == shown_});
    return parts;
}

}  // namespace pronto::ui
