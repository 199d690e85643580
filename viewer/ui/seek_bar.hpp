#pragma once

#include <FL/Fl_Widget.H>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rfb-ext/fbs/movie_facts.hpp"
#include "rfb-ext/ui/identity.hpp"

namespace pronto::viewer {

/// Where a movie is, over a line of heat: how much changes in each part of it. A click or a drag goes there. Times
/// without a recording are hatched out in grey.
class SeekBar : public Fl_Widget, public ui::Describes {
public:
    SeekBar();
    static int height();
    /// `activity`: percent of the screen drawn in each second; empty: not known.
    void set_movie(std::uint32_t duration_ms, std::vector<int> activity, std::vector<fbs::MovieFacts::Gap> gaps);
    void set_position(std::uint32_t at_ms);
    void on_seek(std::function<void(std::uint32_t)> then) { seek_ = std::move(then); }

    int handle(int event) override;
    std::string described_value() const override;

protected:
    void draw() override;

private:
    Rect track() const;
    int x_of(std::uint32_t at_ms) const;
    void draw_heat(const Rect& line) const;

    std::uint32_t duration_ms_ = 0;
    std::uint32_t at_ms_ = 0;
    std::vector<int> activity_;
    std::vector<fbs::MovieFacts::Gap> gaps_;
    std::function<void(std::uint32_t)> seek_;
};

/// How hot each of `columns` columns of a movie is, 0 to 1: the hottest of its seconds, so that a short change is seen,
/// and small ones well above nothing.
std::vector<double> heat_of(const std::vector<int>& activity, std::uint32_t duration_ms, int columns);

}  // namespace pronto::viewer
