#pragma once

#include <functional>
#include <memory>
#include <string>

#include "rfb-ext/control/messages.hpp"

namespace pronto::agent {

/// What the model needs of this computer's screen; shared_desktop.hpp is the real one. Used and heard on the model's thread.
class Screen {
public:
    struct Events {
        std::function<void(std::string text)> copied;  ///< new text on this computer's clipboard
        std::function<void()> copied_too_much;         ///< new text that is too long to be passed on
        std::function<void(std::string why)> lost;     ///< the session's screen cannot be shared any more
        std::function<void(std::string why)> gone;     ///< this computer has no screen any more, session or not
    };
    virtual ~Screen() = default;
    /// Makes sure that there is a screen that can be shared; from then on `gone` is told. Throws std::runtime_error, for the user.
    virtual void open() = 0;
    virtual void close() = 0;
    /// Shows the screen to one more viewer over `fd`, which is the screen's to close. Throws std::runtime_error, for the user.
    virtual void start(int fd, control::Mode mode) = 0;
    /// Cuts all viewers at once; nothing stays pressed.
    virtual void stop() = 0;
    virtual void set_clipboard(std::string text) = 0;
};

using MakeScreen = std::function<std::unique_ptr<Screen>(Screen::Events events)>;

}  // namespace pronto::agent
