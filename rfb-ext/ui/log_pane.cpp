#include "rfb-ext/ui/log_pane.hpp"

#include <FL/Fl.H>
#include <FL/fl_draw.H>

#include <algorithm>

#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/menu.hpp"
#include "rfb-ext/ui/scroll_bar.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::ui {
namespace {

constexpr std::size_t most_lines = 2'000;

int row_step() {
    return px(18);
}

Fl_Color ink_of(Tone tone) {
    switch (tone) {
        case Tone::normal:
            break;
        case Tone::good:
            return colour::good;
        case Tone::warning:
            return colour::warning;
        case Tone::danger:
            return colour::danger;
    }
    return colour::text;
}

TextLook text_look(Tone tone) {
    return look(font::regular, small_size, ink_of(tone));
}
TextLook time_look() {
    return look(font::mono, small_size, colour::muted);
}

}  // namespace

LogPane::LogPane() : Fl_Group(0, 0, 0, 0) {
    bar_ = new ScrollBar;
    end();
    resizable(nullptr);
    box(FL_FLAT_BOX);
    color(colour::surface);
    bar_->on_scroll([this](int top) {
        top_ = (top + row_step() / 2) / row_step() * row_step();
        redraw();
    });
    bar_->hide();
}

void LogPane::add(const std::string& time, const std::string& text, Tone tone) {
    const bool following = !bar_->visible() || top_ + inner().height >= content_height() - row_step();
    lines_.push_back({time, text, tone, {}});
    wrap(lines_.back());
    if (lines_.size() > most_lines) {
        const int gone = static_cast<int>(lines_.front().rows.size()) * row_step();
        lines_.pop_front();
        if (!following) top_ = std::max(0, top_ - gone);
    }
    place_bar(following);
    redraw();
}

void LogPane::clear_lines() {
    lines_.clear();
    place_bar(true);
    redraw();
}

std::string LogPane::all_text() const {
    std::string all;
    for (const auto& line : lines_) all += line.time + "  " + line.text + "\n";
    return all;
}

Rect LogPane::inner() const {
    const int line = hairline(), room = h() - 2 * line - px(12);
    const int whole_rows = std::max(1, room / row_step()) * row_step();  // else the first one is cut at the end
    return {x() + px(10), y() + line + px(6), w() - px(20), whole_rows};
}

Rect LogPane::text_area() const {
    const Rect in = inner();
    const int times = text_width("00:00:00", time_look()) + px(14);
    return {in.x + times, in.y, in.width - times - ScrollBar::thickness(), in.height};
}

void LogPane::wrap(Line& line) const {
    line.rows = wrapped(line.text, text_look(line.tone), std::max(px(60), wrapped_at_));
}

void LogPane::wrap_all() {
    const int width = text_area().width;
    if (width == wrapped_at_) return;
    wrapped_at_ = width;
    for (auto& line : lines_) wrap(line);
}

int LogPane::content_height() const {
    int rows = 0;
    for (const auto& line : lines_) rows += static_cast<int>(line.rows.size());
    return rows * row_step();
}

void LogPane::place_bar(bool to_end) {
    const int line = hairline() + px(1), content = content_height(), room = inner().height;
    bar_->resize(x() + w() - ScrollBar::thickness() - line, y() + line, ScrollBar::thickness(), h() - 2 * line);
    content > room ? bar_->show() : bar_->hide();
    const int end = std::max(0, content - room);
    top_ = to_end ? end : std::clamp(top_, 0, end);
    bar_->value(top_, room, 0, std::max(content, room));
}

void LogPane::resize(int x, int y, int w, int h) {
    const bool following = !bar_->visible() || top_ + inner().height >= content_height() - row_step();
    Fl_Widget::resize(x, y, w, h);
    wrap_all();
    place_bar(following);
}

int LogPane::handle(int event) {
    if (Fl_Group::handle(event)) return 1;
    if (event == FL_ENTER || event == FL_LEAVE || event == FL_MOVE) return 1;
    if (event == FL_MOUSEWHEEL) return bar_->visible() ? bar_->handle(event) : 1;
    if (event != FL_PUSH) return 0;
    if (Fl::event_button() == FL_RIGHT_MOUSE)
        popup_menu({{"Copy the log", [this] {
                         const std::string all = all_text();
                         Fl::copy(all.c_str(), static_cast<int>(all.size()), 1);
                     }}});
    return 1;
}

void LogPane::draw() {
    draw_round(area_of(*this), {colour::surface, colour::hairline, back_of(*this), px(6), hairline()});
    const Rect in = inner(), texts = text_area();
    fl_push_clip(x(), in.y, w(), in.height);
    int at = in.y - top_;
    for (const auto& line : lines_) {
        const int height = static_cast<int>(line.rows.size()) * row_step();
        if (at + height > in.y && at < in.y + in.height) {
            draw_line_of_text(line.time, {in.x, at, texts.x - in.x, row_step()}, time_look());
            for (std::size_t i = 0; i < line.rows.size(); ++i)
                draw_line_of_text(line.rows[i],
                                  {texts.x, at + static_cast<int>(i) * row_step(), texts.width, row_step()},
                                  text_look(line.tone));
        }
        at += height;
    }
    fl_pop_clip();
    draw_children();
}

}  // namespace pronto::ui
