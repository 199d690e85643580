#pragma once

#include <functional>
#include <memory>
#include <string>

#include "rfb-ext/control/messages.hpp"

namespace pronto::agent {

/// What the model needs of the screen that is shared; shared_desktop.hpp (this computer's own) and shared_server.hpp (a VNC
/// server's) are the real ones. Used and heard on the model's thread.
class Screen {
public:
    struct Events {
        std::function<void(std::string text)> copied;  ///< new text on this computer's clipboard
        std::function<void()> copied_too_much;         ///< new text that is too long to be passed on
        std::function<void(std::string why)> lost;     ///< the session's screen cannot be shared any more
        /// One leg's screen cannot be shared (any more); both are sentences, the remedy for whoever sits here. stop(leg) follows.
        std::function<void(int leg, std::string message, std::string remedy)> leg_lost;
        std::function<void(std::string why)> gone;     ///< this computer has no screen any more, session or not
    };
    virtual ~Screen() = default;
    /// Makes sure that there is a screen that can be shared; from then on `gone` is told. Throws std::runtime_error, for the user.
    virtual void open() = 0;
    virtual void close() = 0;
    /// Shows the screen to the viewer of this leg over `fd`, which is the screen's to close, in the place of the viewer that the
    /// leg may have had. Throws std::runtime_error, for the user; the leg then has the viewer that it had.
    virtual void start(int leg, int fd, control::Mode mode) = 0;
    /// Cuts a leg's viewer, or all, at once; nothing of theirs stays pressed.
    virtual void stop(int leg) = 0;
    virtual void stop() = 0;
    virtual void set_clipboard(std::string text) = 0;
};

using MakeScreen = std::function<std::unique_ptr<Screen>(Screen::Events events)>;

}  // namespace pronto::agent
