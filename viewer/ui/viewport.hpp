#pragma once

#include "rfb-ext/base/geometry.hpp"

namespace pronto::viewer {

/// Where the remote screen lies in the area that shows it. Lengths in pixels of this screen, relative to that area.
class Viewport {
public:
    enum class Mode {
        fit,     ///< the whole screen, scaled, sides in proportion
        actual,  ///< pixel for pixel; what does not fit is scrolled to
    };
    void set_mode(Mode mode);
    void set_remote(Size size);
    void set_area(Size size);
    Mode mode() const { return mode_; }
    Size remote() const { return remote_; }

    /// The remote screen's place; begins above or left of the area when scrolled.
    Rect picture() const;
    /// Which remote pixel is shown there; outside the picture: the nearest one.
    Point to_remote(Point at) const;
    /// The part of the area that a change there touches; may be empty.
    Rect to_area(const Rect& changed) const;

    /// How far it can be scrolled, and is: 0..limit each way.
    Point scroll_limit() const;
    Point scroll() const { return scroll_; }
    void scroll_to(Point at);

private:
    Mode mode_ = Mode::fit;
    Size remote_;
    Size area_;
    Point scroll_;
};

/// What two areas have in common.
Rect intersection(const Rect& a, const Rect& b);

}  // namespace pronto::viewer
