#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "rfb-ext/vnc/picture.hpp"

namespace pronto::host {

/// Takes what a capture sees. The first picture (resize, paint, cursor) comes from within start_capture, all that follows on
/// the capture's thread.
class ScreenSink {
public:
    virtual ~ScreenSink() = default;
    virtual void resize(Size size) = 0;  ///< contents undefined until painted
    /// `pixels` points at the area's first pixel, rows are `stride` pixels apart.
    virtual void paint(const Rect& area, const std::uint32_t* pixels, std::size_t stride) = 0;
    /// The area now shows what stood at `from` before.
    virtual void move(const Rect& area, Point from) = 0;
    virtual void set_cursor(vnc::CursorShape shape) = 0;
};

/// Watches this computer's screen on a thread of its own, from construction to destruction. Costs nothing while nothing
/// changes: it waits for the system to say so.
class Capture {
public:
    virtual ~Capture() = default;
};

/// `display`: which screen, in the platform's words (X11: as $DISPLAY; empty: the user's). `lost` comes at most once, on the
/// capture's thread, when the screen is gone; it must not destroy the capture.
/// Throws std::runtime_error, for the user, if the screen cannot be captured.
std::unique_ptr<Capture> start_capture(const std::string& display, ScreenSink& sink,
                                       std::function<void(std::string why)> lost);

}  // namespace pronto::host
