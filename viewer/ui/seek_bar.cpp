#include "viewer/ui/seek_bar.hpp"

#include <FL/Fl.H>
#include <FL/fl_draw.H>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "rfb-ext/ui/draw.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::viewer {

using ui::px;

SeekBar::SeekBar() : Fl_Widget(0, 0, 0, 0) {
    box(FL_FLAT_BOX);
    color(ui::colour::surface);
    tooltip("Click or drag to go there; the higher the line, the more happens");
}

int SeekBar::height() {
    return px(40);
}

void SeekBar::set_movie(std::uint32_t duration_ms, std::vector<int> activity, std::vector<fbs::MovieFacts::Gap> gaps) {
    duration_ms_ = duration_ms;
    activity_ = std::move(activity);
    gaps_ = std::move(gaps);
    redraw();
}

void SeekBar::set_position(std::uint32_t at_ms) {
    const int before = x_of(at_ms_);
    at_ms_ = at_ms;
    if (x_of(at_ms) != before) redraw();
}

/// Room at both ends for the knob.
Rect SeekBar::track() const {
    const int knob = px(7);
    return {x() + knob, y() + h() - px(12), std::max(1, w() - 2 * knob), px(4)};
}

int SeekBar::x_of(std::uint32_t at_ms) const {
    const Rect line = track();
    if (duration_ms_ == 0) return line.x;
    return line.x + static_cast<int>(std::int64_t{std::min(at_ms, duration_ms_)} * (line.width - 1) / duration_ms_);
}

void SeekBar::draw_heat(const Rect& line) const {
    const int most = line.y - y() - px(4);
    const auto heat = heat_of(activity_, duration_ms_, line.width);
    for (int column = 0; column < line.width; ++column) {
        const int high = static_cast<int>(std::ceil(heat[static_cast<std::size_t>(column)] * most));
        if (high == 0) continue;
        const bool passed = line.x + column <= x_of(at_ms_);
        ui::fill({line.x + column, line.y - px(1) - high, 1, high},
                 passed ? ui::colour::accent : fl_color_average(ui::colour::accent, ui::colour::surface, 0.45F));
    }
}

void SeekBar::draw() {
    ui::fill(ui::area_of(*this), color());
    const Rect line = track();
    if (!activity_.empty()) draw_heat(line);
    const int at = x_of(at_ms_);
    ui::fill(line, ui::colour::hairline);
    for (const auto& gap : gaps_) {
        const int begin = x_of(gap.begin_ms);
        ui::fill({begin, line.y, std::max(px(2), x_of(gap.end_ms) - begin), line.height}, ui::colour::faint);
    }
    ui::fill({line.x, line.y, at - line.x, line.height}, ui::colour::accent);
    const int knob = px(12);
    ui::draw_dot({at - knob / 2, line.y + line.height / 2 - knob / 2}, knob, ui::colour::accent, color());
}

int SeekBar::handle(int event) {
    if (event == FL_ENTER || event == FL_LEAVE) return 1;
    if (event == FL_RELEASE) return 1;
    if (event != FL_PUSH && event != FL_DRAG) return 0;
    const Rect line = track();
    const double part =
        std::clamp((Fl::event_x() - line.x) / static_cast<double>(std::max(1, line.width - 1)), 0.0, 1.0);
    if (seek_) seek_(static_cast<std::uint32_t>(part * duration_ms_ + 0.5));
    return 1;
}

std::string SeekBar::described_value() const {
    const Rect line = track();
    return fmt::format("{} of {} ms, {} px from {}", at_ms_, duration_ms_, line.width, line.x);
}

std::vector<double> heat_of(const std::vector<int>& activity, std::uint32_t duration_ms, int columns) {
    std::vector<double> heat(static_cast<std::size_t>(std::max(0, columns)), 0);
    for (std::size_t second = 0; second < activity.size() && duration_ms > 0; ++second) {
        const auto column = [&](std::uint64_t ms) {
            return static_cast<std::size_t>(std::min<std::uint64_t>(ms, duration_ms) *
                                            static_cast<std::uint64_t>(columns) / duration_ms);
        };
        const double hot = std::sqrt(activity[second] / 100.0);
        const auto end = std::max(column((second + 1) * 1000), column(second * 1000) + 1);
        for (auto at = column(second * 1000); at < end && at < heat.size(); ++at) heat[at] = std::max(heat[at], hot);
    }
    return heat;
}

}  // namespace pronto::viewer
