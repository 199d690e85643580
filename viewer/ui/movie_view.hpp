#pragma once

#include <FL/Fl_Widget.H>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/vnc/picture.hpp"
#include "viewer/ui/viewport.hpp"

namespace pronto::viewer {

/// A movie's picture, scaled to fit.
class MovieView : public Fl_Widget, public ui::Describes {
public:
    MovieView();
    /// The picture must stay as it is until the next call. `changed`: in the picture; the rest is as it was.
    void show_picture(const vnc::Picture& picture, const Rect& changed);
    /// Over the picture, until others are said; empty: nothing.
    void say(const std::string& words);
    void on_click(std::function<void()> then) { clicked_ = std::move(then); }

    int handle(int event) override;
    void resize(int x, int y, int w, int h) override;
    std::string described_value() const override;
    std::vector<ui::Part> described_parts() const override;

protected:
    void draw() override;

private:
    Rect place() const;
    Rect area() const { return {x(), y(), w(), h()}; }
    const vnc::Picture* picture_ = nullptr;
    Viewport viewport_;
    std::vector<std::uint32_t> pixels_;
    std::string words_;
    std::function<void()> clicked_;
};

}  // namespace pronto::viewer
