#pragma once

#include <memory>
#include <string>

#include "rfb-ext/vnc/screen_server.hpp"

namespace pronto::host {

/// Types and points on this computer as if its user did. Thread-safe. Nothing stays pressed or changed when it is destroyed.
class Input : public vnc::InputSink {
public:
    /// Lets go of every key and button it holds.
    virtual void release_all() = 0;
};

/// `display` as for start_capture. Throws std::runtime_error, for the user, if there can be no input.
std::unique_ptr<Input> open_input(const std::string& display);

}  // namespace pronto::host
