#pragma once

#include "agent/model/settings.hpp"

namespace pronto::agent {

/// Shows the guest's window until it is closed or `stop_descriptor` becomes readable; returns the program's exit code.
/// Throws std::runtime_error if there is no display.
int run_window(const Settings& settings, int stop_descriptor);

}  // namespace pronto::agent
