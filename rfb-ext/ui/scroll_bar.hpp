#pragma once

#include <FL/Fl_Scrollbar.H>

#include <functional>

namespace pronto::ui {

/// A flat bar without arrows, in place of FLTK's. Vertical unless type(FL_HORIZONTAL).
class ScrollBar : public Fl_Scrollbar {
public:
    ScrollBar();
    /// Pixels across.
    static int thickness();
    void on_scroll(std::function<void(int)> then);
    int handle(int event) override;

protected:
    void draw() override;

private:
    std::function<void(int)> then_;
    bool hovered_ = false;
};

}  // namespace pronto::ui
