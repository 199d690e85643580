#pragma once

#include "repeater/config.hpp"

namespace pronto {

/// Runs the hub until SIGTERM or SIGINT; a second one ends it at once. Returns the program's exit code. Throws
/// std::runtime_error, with what to do about it, when it cannot start.
int serve(const HubConfig& config);

}  // namespace pronto
