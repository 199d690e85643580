#pragma once

#include <FL/Fl_Group.H>

#include <deque>
#include <string>
#include <vector>

#include "rfb-ext/ui/identity.hpp"

namespace pronto::ui {

class ScrollBar;

enum class Tone { normal, good, warning, danger };

/// What happened, one wrapped line each, with its time in front. Follows the newest line unless scrolled up. Keeps the
/// last 2,000. A right click offers to copy.
class LogPane : public Fl_Group, public Describes {
public:
    LogPane();
    /// `time` as it shall stand there: "12:04:05".
    void add(const std::string& time, const std::string& text, Tone tone = Tone::normal);
    void clear_lines();
    std::string all_text() const;

    int handle(int event) override;
    void resize(int x, int y, int w, int h) override;
    /// The last lines, for tests.
    std::string described_value() const override { return all_text(); }

protected:
    void draw() override;

private:
    struct Line {
        std::string time;
        std::string text;
        Tone tone;
        std::vector<std::string> rows;  ///< wrapped at wrapped_at_
    };
    Rect inner() const;
    Rect text_area() const;
    void wrap(Line& line) const;
    void wrap_all();
    void place_bar(bool to_end);
    int content_height() const;

    std::deque<Line> lines_;
    ScrollBar* bar_;
    int top_ = 0;
    int wrapped_at_ = 0;
};

}  // namespace pronto::ui
