#pragma once

#include <vector>

#include "agent/host/capture/capture.hpp"

namespace pronto::host {

/// Remembers the screen as it was last told to a sink and tells the sink only what really changed. No I/O.
class FrameTracker {
public:
    explicit FrameTracker(ScreenSink& sink) : sink_(sink) {}

    void resize(Size size);
    Size size() const { return frame_.size; }
    /// The area looks like this now. It must lie within the screen.
    void look(const Rect& area, const std::uint32_t* pixels, std::size_t stride);

private:
    struct View;
    std::vector<Rect> differences(const View& view) const;
    Rect tightened(const View& view, Rect rough) const;
    bool scroll(const View& view, const std::vector<Rect>& changed);
    void paint(const View& view, const Rect& area);

    ScreenSink& sink_;
    vnc::Picture frame_;
    bool blank_ = true;        ///< nothing painted yet: everything differs
    int vain_searches_ = 0;    ///< scrolls looked for and not found, in a row
};

/// The smallest rectangle around both.
Rect around(const Rect& a, const Rect& b);
/// Joins rectangles where the joint one is hardly larger than both, until at most `most` are left.
std::vector<Rect> joined(std::vector<Rect> areas, std::size_t most);

}  // namespace pronto::host
