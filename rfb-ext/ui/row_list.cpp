#include "rfb-ext/ui/row_list.hpp"

#include <FL/Fl.H>
#include <FL/fl_draw.H>

#include <algorithm>

#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/icons.hpp"
#include "rfb-ext/ui/scroll_bar.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::ui {
namespace {

int row_height() {
    return px(26);
}

}  // namespace

RowList::RowList(std::string part_prefix) : Fl_Group(0, 0, 0, 0), part_prefix_(std::move(part_prefix)) {
    bar_ = new ScrollBar;
    end();
    resizable(nullptr);
    box(FL_FLAT_BOX);
    color(colour::surface);
    bar_->on_scroll([this](int top) {
        top_ = top;
        redraw();
    });
    bar_->hide();
}

void RowList::set_rows(std::vector<ListRow> rows) {
    if (rows == rows_) return;
    rows_ = std::move(rows);
    const auto has = [&](const std::string& key) {
        return std::any_of(rows_.begin(), rows_.end(), [&](const ListRow& row) { return row.key == key; });
    };
    if (!has(hovered_)) hovered_.clear();
    const bool lost = !selected_.empty() && !has(selected_);
    if (lost) selected_.clear();
    place_bar();
    redraw();
    if (lost && on_select_) on_select_(selected_);
}

void RowList::set_columns(std::vector<Column> columns) {
    columns_ = std::move(columns);
    place_bar();
    redraw();
}

Rect RowList::cell(std::size_t column, const Rect& row) const {
    int fixed = 0;
    for (const auto& each : columns_) fixed += each.width;
    const auto width = [&](const Column& each) { return each.width > 0 ? each.width : std::max(0, row.width - fixed); };
    int x = row.x;
    for (std::size_t i = 0; i < column; ++i) x += width(columns_[i]);
    return {x + px(6), row.y, width(columns_[column]) - px(12), row.height};
}

void RowList::draw_titles() {
    const Rect in = inner();
    const Rect area{in.x, in.y - row_height() - px(2), in.width, row_height()};
    for (std::size_t i = 0; i < columns_.size(); ++i)
        draw_line_of_text(columns_[i].title, cell(i, area), look(font::regular, small_size, colour::muted));
    fill({x() + px(1), area.y + area.height, w() - 2 * px(1), hairline()}, colour::hairline);
}

void RowList::set_empty_text(std::string text) {
    empty_text_ = std::move(text);
    redraw();
}

void RowList::select(const std::string& key) {
    if (key == selected_) return;
    selected_ = key;
    scroll_to(key);
    redraw();
    if (on_select_) on_select_(selected_);
}

void RowList::on_select(std::function<void(const std::string&)> then) {
    on_select_ = std::move(then);
}
void RowList::on_activate(std::function<void(const std::string&)> then) {
    on_activate_ = std::move(then);
}
void RowList::on_menu(std::function<void(const std::string&)> then) {
    on_menu_ = std::move(then);
}

std::vector<const ListRow*> RowList::shown() const {
    std::vector<const ListRow*> shown;
    int hidden_below = -1;  // depth of the folded row whose children are being skipped
    for (const auto& row : rows_) {
        if (hidden_below >= 0 && row.depth > hidden_below) continue;
        hidden_below = row.group && folded_.contains(row.key) ? row.depth : -1;
        shown.push_back(&row);
    }
    return shown;
}

Rect RowList::inner() const {
    const int line = hairline() + px(4);
    const int bar = bar_->visible() ? bar_->w() : 0;
    const int titles = columns_.empty() ? 0 : row_height() + px(2);
    return {x() + line, y() + line + titles, w() - 2 * line - bar, h() - 2 * line - titles};
}

Rect RowList::row_area(std::size_t index) const {
    const Rect in = inner();
    return {in.x, in.y + static_cast<int>(index) * row_height() - top_, in.width, row_height()};
}

const ListRow* RowList::row_at(int x, int y) const {
    const Rect in = inner();
    if (x < in.x || x >= in.x + in.width || y < in.y || y >= in.y + in.height) return nullptr;
    const auto index = static_cast<std::size_t>((y - in.y + top_) / row_height());
    const auto rows = shown();
    return index < rows.size() ? rows[index] : nullptr;
}

void RowList::place_bar() {
    const int content = static_cast<int>(shown().size()) * row_height();
    const int line = hairline() + px(1);
    bar_->resize(x() + w() - ScrollBar::thickness() - line, y() + line, ScrollBar::thickness(), h() - 2 * line);
    const int room = inner().height;
    content > room ? bar_->show() : bar_->hide();
    top_ = std::clamp(top_, 0, std::max(0, content - room));
    bar_->value(top_, room, 0, std::max(content, room));
}

void RowList::resize(int x, int y, int w, int h) {
    Fl_Widget::resize(x, y, w, h);
    place_bar();
}

void RowList::scroll_to(const std::string& key) {
    const auto rows = shown();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i]->key != key) continue;
        const int at = static_cast<int>(i) * row_height(), room = inner().height;
        if (at < top_) top_ = at;
        if (at + row_height() > top_ + room) top_ = at + row_height() - room;
    }
    place_bar();
}

void RowList::fold(const std::string& key, bool folded) {
    folded ? void(folded_.insert(key)) : void(folded_.erase(key));
    place_bar();
    redraw();
}

void RowList::step(int by) {
    std::vector<std::string> keys;
    for (const auto* row : shown())
        if (!row->group) keys.push_back(row->key);
    if (keys.empty()) return;
    const auto found = std::find(keys.begin(), keys.end(), selected_);
    const long last = static_cast<long>(keys.size()) - 1;
    const long next = found == keys.end() ? (by > 0 ? 0 : last) : std::clamp(found - keys.begin() + by, 0L, last);
    select(keys[static_cast<std::size_t>(next)]);
}

int RowList::key_pressed() {
    switch (Fl::event_key()) {
        case FL_Up:
            step(-1);
            return 1;
        case FL_Down:
            step(1);
            return 1;
        case FL_Page_Up:
            step(-10);
            return 1;
        case FL_Page_Down:
            step(10);
            return 1;
        case FL_Home:
            step(-static_cast<int>(rows_.size()));
            return 1;
        case FL_End:
            step(static_cast<int>(rows_.size()));
            return 1;
        case FL_Enter:
        case FL_KP_Enter:
            if (!selected_.empty() && on_activate_) on_activate_(std::string(selected_));
            return 1;
        case FL_Menu:
            if (!selected_.empty() && on_menu_) on_menu_(std::string(selected_));
            return 1;
        default:
            return 0;
    }
}

int RowList::clicked() {
    take_focus();
    const ListRow* row = row_at(Fl::event_x(), Fl::event_y());
    if (!row) return 1;
    const std::string key = row->key;  // the row may be replaced while we act on it
    if (row->group) {
        fold(key, !folded_.contains(key));
        return 1;
    }
    select(key);
    if (Fl::event_button() == FL_RIGHT_MOUSE) {
        if (on_menu_) on_menu_(key);
    } else if (Fl::event_clicks() > 0 && on_activate_) {
        Fl::event_clicks(0);
        on_activate_(key);
    }
    return 1;
}

int RowList::handle(int event) {
    if (Fl_Group::handle(event)) return 1;
    switch (event) {
        case FL_PUSH:
            return clicked();
        case FL_FOCUS:
        case FL_UNFOCUS:
            redraw();
            return 1;
        case FL_KEYBOARD:
            return key_pressed();
        case FL_MOUSEWHEEL:
            return bar_->visible() ? bar_->handle(event) : 1;
        case FL_ENTER:
            return 1;
        case FL_MOVE:
        case FL_LEAVE: {
            const ListRow* row = event == FL_MOVE ? row_at(Fl::event_x(), Fl::event_y()) : nullptr;
            const std::string now = row && !row->group ? row->key : "";
            if (now != hovered_) {
                hovered_ = now;
                redraw();
            }
            return 1;
        }
        default:
            return 0;
    }
}

void RowList::draw_row(const ListRow& row, const Rect& area) {
    const bool chosen = row.key == selected_;
    Fl_Color back = colour::surface;
    if (chosen || row.key == hovered_) {
        back = chosen ? colour::selection : colour::hover;
        draw_round({area.x, area.y + px(1), area.width, area.height - px(2)}, {back, back, colour::surface, px(4)});
    }
    int x = area.x + px(6) + row.depth * px(22);
    if (row.group) {
        draw_icon(folded_.contains(row.key) ? "chevron-right" : "chevron-down", {x, area.y, px(14), area.height}, 14,
                  colour::muted);
        x += px(20);
    }
    if (!row.icon.empty()) {
        draw_icon(row.icon, {x, area.y, px(16), area.height}, 16, row.icon_colour);
        x += px(24);
    }
    const int right = area.x + area.width - px(6);
    const TextLook text = look(row.group ? font::bold : font::regular, text_size, colour::text);
    if (!columns_.empty()) {
        const Rect first = cell(0, area);
        draw_line_of_text(row.text, {x, area.y, first.x + first.width - x, area.height}, text);
        for (std::size_t i = 0; i < row.cells.size() && i + 1 < columns_.size(); ++i)
            draw_line_of_text(row.cells[i], cell(i + 1, area), text);
        return;
    }
    draw_line_of_text(row.text, {x, area.y, right - x, area.height}, text);
    x += text_width(row.text, text) + px(8);
    if (!row.note.empty())
        draw_line_of_text(row.note, {x, area.y, right - x, area.height}, look(font::regular, text_size, colour::muted));
}

void RowList::draw() {
    draw_round(area_of(*this), {colour::surface, Fl::focus() == this ? colour::accent : colour::hairline,
                                back_of(*this), px(6), hairline()});
    if (!columns_.empty()) draw_titles();
    const Rect in = inner();
    fl_push_clip(in.x, in.y, in.width, in.height);
    const auto rows = shown();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Rect area = row_area(i);
        if (area.y + area.height > in.y && area.y < in.y + in.height) draw_row(*rows[i], area);
    }
    if (rows.empty() && !empty_text_.empty())
        draw_wrapped_text(empty_text_, {in.x + px(12), in.y + px(16), in.width - px(24), in.height},
                          look(font::regular, text_size, colour::muted), Align::centre);
    fl_pop_clip();
    draw_children();
}

std::vector<Part> RowList::described_parts() const {
    std::vector<Part> parts;
    const auto rows = shown();
    const Rect in = inner();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Rect area = row_area(i);
        if (area.y < in.y || area.y + area.height > in.y + in.height) continue;  // scrolled away: cannot be clicked
        std::string text = rows[i]->text;
        for (const auto& cell : rows[i]->cells) text += " | " + cell;
        parts.push_back({part_prefix_ + rows[i]->key, text, area, rows[i]->key == selected_});
    }
    return parts;
}

}  // namespace pronto::ui
