#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "rfb-ext/control/messages.hpp"

namespace pronto::host {

/// This computer's screen, keyboard, pointer and clipboard, shared with any number of viewers. Works (and costs) nothing
/// while nobody watches; when the last one goes nothing stays pressed and no thread stays. Used from one thread.
class ScreenSession {
public:
    using Viewer = std::uint64_t;
    struct Options {
        std::string display;  ///< as for start_capture
        std::string name;     ///< of the desktop, shown by viewers
    };
    /// On threads of the session's own; they must be quick and must not call the session.
    struct Events {
        std::function<void(std::string text)> copied;             ///< while somebody controls: new text on the clipboard
        std::function<void()> copied_too_much;                    ///< the same for a text too long to be passed on
        std::function<void(Viewer, std::string why)> viewer_gone; ///< to be followed by stop(viewer)
        std::function<void(std::string why)> lost;                ///< the screen is gone: nothing can be shared any more
    };
    ScreenSession(Options options, Events events);
    /// Cuts all viewers.
    ~ScreenSession();
    ScreenSession(const ScreenSession&) = delete;
    ScreenSession& operator=(const ScreenSession&) = delete;

    /// Serves one viewer over `fd`, which it takes over, in the state vnc::ScreenServer wants it. Throws std::runtime_error,
    /// for the user, if the screen cannot be shared.
    Viewer start(int fd, control::Mode mode);
    /// Cuts a viewer, or all; returns when what it held is let go.
    void stop(Viewer viewer);
    void stop();
    /// Text that the viewers' side copied; ignored while nobody controls. (Standard viewers' comes by RFB.)
    void set_clipboard(std::string text);
    /// Tells those who control, by RFB, what was copied here: standard viewers know no other way.
    void show_copied(const std::string& text);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto::host
