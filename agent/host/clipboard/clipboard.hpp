#pragma once

#include <functional>
#include <memory>
#include <string>

namespace pronto::host {

/// This computer's text clipboard, both ways, on a thread of its own. What is on it when the session begins stays private;
/// only what is copied from then on is told. Text over control::longest_clipboard_bytes is not passed on either way.
class Clipboard {
public:
    virtual ~Clipboard() = default;
    /// Puts the other side's text (UTF-8) on the clipboard. From any thread. It is not told back.
    virtual void set(std::string text) = 0;
};

/// `display` as for start_capture. `changed` comes on the clipboard's thread with valid UTF-8, line ends as \n; `too_long`
/// (may be empty) instead of it for a text that is not passed on.
/// Throws std::runtime_error, for the user.
std::unique_ptr<Clipboard> open_clipboard(const std::string& display, std::function<void(std::string text)> changed,
                                          std::function<void()> too_long = {});

}  // namespace pronto::host
