#include "rfb-ext/ui/cards.hpp"

#include <FL/Fl.H>
#include <fmt/format.h>

#include <algorithm>

#include "rfb-ext/ui/icons.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::ui {

Card::Card(int gap, int padding) : Column(gap, padding < 0 ? px(16) : padding) {
    box(FL_FLAT_BOX);
    color(colour::surface);
}

void Card::draw() {
    if (damage() & ~FL_DAMAGE_CHILD)
        draw_round(area_of(*this), {colour::surface, colour::hairline, back_of(*this), px(6), hairline()});
    draw_children();
}

Label::Label(const std::string& text, Style style, Align align)
    : Fl_Widget(0, 0, 0, px(20)), text_(text), style_(style), align_(align) {}

void Label::set_text(const std::string& text) {
    if (text == text_) return;
    text_ = text;
    redraw();
}

void Label::set_style(Style style) {
    if (style == style_) return;
    style_ = style;
    redraw();
}

void Label::set_align(Align align) {
    align_ = align;
}
void Label::set_size(int size) {
    size_ = size;
}

TextLook Label::text_look() const {
    const auto with = [&](Fl_Font font, int size, Fl_Color colour) {
        return look(font, size_ > 0 ? size_ : size, active_r() ? colour : colour::faint);
    };
    switch (style_) {
        case Style::normal:
            break;
        case Style::bold:
            return with(font::bold, text_size, colour::text);
        case Style::heading:
            return with(font::bold, heading_size, colour::text);
        case Style::caption:
            return with(font::regular, text_size, colour::muted);
        case Style::mono:
            return with(font::mono, text_size, colour::text);
        case Style::good:
            return with(font::regular, text_size, colour::good);
        case Style::warning:
            return with(font::regular, text_size, colour::warning);
        case Style::danger:
            return with(font::regular, text_size, colour::danger);
    }
    return with(font::regular, text_size, colour::text);
}

int Label::wish() const {
    return text_width(text_, text_look()) + px(2);
}

int Label::wish_height(int width) const {
    const TextLook how = text_look();
    return static_cast<int>(wrapped(text_, how, width).size()) * (line_height(how) + px(3));
}

void Label::draw() {
    fill(area_of(*this), back_of(*this));
    if (wrap_)
        draw_wrapped_text(text_, area_of(*this), text_look(), align_);
    else
        draw_line_of_text(text_, area_of(*this), text_look(), align_);
}

Fl_Color colour_of(Lamp lamp) {
    switch (lamp) {
        case Lamp::off:
            break;
        case Lamp::good:
            return colour::good;
        case Lamp::warning:
            return colour::warning;
        case Lamp::danger:
            return colour::danger;
        case Lamp::busy:
            return colour::accent;
    }
    return colour::faint;
}

StatusDot::StatusDot(const std::string& text, Lamp lamp) : Fl_Widget(0, 0, 0, px(20)), text_(text), lamp_(lamp) {}

void StatusDot::set(Lamp lamp, const std::string& text) {
    if (lamp == lamp_ && text == text_) return;
    lamp_ = lamp;
    text_ = text;
    redraw();
}

int StatusDot::wish() const {
    return px(8 + 7) + text_width(text_, look(font::regular, text_size, colour::text));
}

void StatusDot::draw() {
    const Fl_Color back = back_of(*this);
    fill(area_of(*this), back);
    const int dot = px(7);
    draw_dot({x(), y() + (h() - dot) / 2}, dot, colour_of(lamp_), back);
    const int left = dot + px(7);
    draw_line_of_text(text_, {x() + left, y(), w() - left, h()}, look(font::regular, text_size, colour::muted));
}

IconBox::IconBox(std::string_view icon, int size, Fl_Color colour)
    : Fl_Widget(0, 0, 0, 0), icon_(icon), size_(size), colour_(colour) {}

void IconBox::set(std::string_view icon, Fl_Color colour) {
    icon_ = icon;
    colour_ = colour;
    redraw();
}

void IconBox::draw() {
    fill(area_of(*this), back_of(*this));
    if (!icon_.empty()) draw_icon(icon_, area_of(*this), size_, colour_);
}

void Hairline::draw() {
    fill(area_of(*this), colour::hairline);
}

ProgressBar::ProgressBar() : Fl_Widget(0, 0, 0, px(6)), colour_(colour::accent) {}

void ProgressBar::set(double part) {
    part_ = std::clamp(part, 0.0, 1.0);
    redraw();
}

void ProgressBar::set_colour(Fl_Color colour) {
    colour_ = colour;
    redraw();
}

std::string ProgressBar::described_value() const {
    return fmt::format("{:.2f}", part_);
}

void ProgressBar::draw() {
    const Fl_Color back = back_of(*this);
    fill(area_of(*this), back);
    draw_round(area_of(*this), {colour::pressed, colour::pressed, back, h() / 2});
    const int done = static_cast<int>(w() * part_);
    if (done >= h()) draw_round({x(), y(), done, h()}, {colour_, colour_, colour::pressed, h() / 2});
}

Countdown::Countdown() : Fl_Widget(0, 0, 0, px(22)) {}
Countdown::~Countdown() {
    stop();
}

void Countdown::start(std::chrono::milliseconds time, std::function<void()> over) {
    stop();
    whole_ = std::max(time, std::chrono::milliseconds(1));
    end_ = std::chrono::steady_clock::now() + time;
    over_ = std::move(over);
    running_ = true;
    Fl::add_timeout(0.1, tick, this);
    redraw();
}

void Countdown::stop() {
    running_ = false;
    Fl::remove_timeout(tick, this);
}

std::chrono::milliseconds Countdown::left() const {
    if (!running_) return std::chrono::milliseconds(0);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
    return std::max(left, std::chrono::milliseconds(0));
}

std::string Countdown::described_value() const {
    return fmt::format("{}", (left().count() + 999) / 1000);
}

void Countdown::tick(void* self) {
    auto& countdown = *static_cast<Countdown*>(self);
    countdown.redraw();
    if (countdown.left().count() > 0) {
        Fl::repeat_timeout(0.1, tick, self);
        return;
    }
    countdown.running_ = false;
    const auto over = std::move(countdown.over_);  // it may destroy the widget
    if (over) over();
}

void Countdown::draw() {
    const Fl_Color back = back_of(*this);
    fill(area_of(*this), back);
    const std::string seconds = fmt::format("{} s", described_value());
    const TextLook text = look(font::regular, small_size, colour::muted);
    const int words = px(36), bar = px(6);
    const Rect track{x(), y() + (h() - bar) / 2, w() - words, bar};
    draw_round(track, {colour::pressed, colour::pressed, back, bar / 2});
    const double part = static_cast<double>(left().count()) / static_cast<double>(std::max<long>(1, whole_.count()));
    const int rest = static_cast<int>(track.width * part);
    const Fl_Color ink = part > 0.34 ? colour::accent : colour::warning;
    if (rest >= bar) draw_round({track.x, track.y, rest, bar}, {ink, ink, colour::pressed, bar / 2});
    draw_line_of_text(seconds, {x() + w() - words, y(), words, h()}, text, Align::right);
}

}  // namespace pronto::ui
