#pragma once

#include <functional>
#include <memory>
#include <string>

namespace pronto::host {

/// Knows that this computer's screen is there and can be shared, from construction to destruction.
class DisplayWatch {
public:
    virtual ~DisplayWatch() = default;
};

/// Opens the display (as for start_capture) and checks all that sharing needs, before anybody is promised a screen.
/// `gone` comes at most once, on a thread of the watch, when the display is gone; it must not destroy the watch. Throws
/// std::runtime_error, for the user: what is missing and what to do.
std::unique_ptr<DisplayWatch> watch_display(const std::string& display, std::function<void(std::string why)> gone);

}  // namespace pronto::host
