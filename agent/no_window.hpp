#pragma once

#include "agent/command_line.hpp"
#include "agent/stop_signal.hpp"

namespace pronto::agent {

/// Drives the model for scripts until it is over or `stop` comes; returns the program's exit code.
int run_without_window(const CommandLine& line, StopSignal& stop);

}  // namespace pronto::agent
