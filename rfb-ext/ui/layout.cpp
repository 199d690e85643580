#include "rfb-ext/ui/layout.hpp"

#include <FL/Fl_Window.H>

#include <algorithm>

#include "rfb-ext/ui/draw.hpp"

namespace pronto::ui {

Stack::Stack(Direction direction, int gap, int padding)
    : Fl_Group(0, 0, 0, 0), direction_(direction), gap_(gap), padding_(padding) {
    end();
    resizable(nullptr);
}

void Stack::place(Fl_Widget* child, Extent extent) {
    if (child) add(child);
    slots_.push_back({child, extent});
}

bool Stack::takes_room(const Slot& slot) const {
    return !slot.widget || slot.widget->visible();
}

void Stack::set_extent(const Fl_Widget& child, int extent) {
    for (auto& slot : slots_)
        if (slot.widget == &child) slot.extent.fixed = extent;
    arrange();
}

void Stack::empty() {
    slots_.clear();
    clear();
}

void Stack::set_shown(Fl_Widget& child, bool shown) {
    if ((child.visible() != 0) == shown) return;
    shown ? child.show() : child.hide();
    arrange();
}

int Stack::needed() const {
    int sum = 2 * padding_, count = 0;
    for (const auto& slot : slots_)
        if (takes_room(slot)) {
            sum += slot.extent.fixed;
            ++count;
        }
    return sum + std::max(0, count - 1) * gap_;
}

void Stack::arrange() {
    const bool row = direction_ == Direction::row;
    int shares = 0;
    for (const auto& slot : slots_)
        if (takes_room(slot)) shares += slot.extent.share;
    int left = std::max(0, (row ? w() : h()) - needed());
    int at = (row ? x() : y()) + padding_;
    const int across = std::max(0, (row ? h() : w()) - 2 * padding_);
    for (const auto& slot : slots_) {
        if (!takes_room(slot)) continue;
        int extent = slot.extent.fixed;
        if (slot.extent.share > 0) {
            const int part = left * slot.extent.share / shares;  // the last share takes the rounding
            extent += part;
            left -= part;
            shares -= slot.extent.share;
        }
        if (slot.widget && row) slot.widget->resize(at, y() + padding_, extent, across);
        if (slot.widget && !row) slot.widget->resize(x() + padding_, at, across, extent);
        at += extent + gap_;
    }
    redraw();
}

void Stack::resize(int x, int y, int w, int h) {
    Fl_Widget::resize(x, y, w, h);
    arrange();
}

void Stack::draw() {
    if (damage() & ~FL_DAMAGE_CHILD) {
        if (box() == FL_NO_BOX)
            fill(area_of(*this), back_of(*this));
        else
            draw_box();
    }
    Fl_Group::draw_children();
}

}  // namespace pronto::ui
