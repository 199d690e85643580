#pragma once

#include "viewer/model/settings.hpp"
#include "viewer/script/command_line.hpp"

namespace pronto::viewer {

/// They print to standard output and return the program's exit code. The store is read only: scripts leave no traces in the
/// operator's settings.
int run_session(const SessionCommand& command, SettingsStore& settings);
int run_check(const CheckCommand& command, SettingsStore& settings);
int run_ticket(const TicketCommand& command, SettingsStore& settings);
/// Throws std::runtime_error if its port cannot be used.
int run_bridge(const BridgeCommand& command, SettingsStore& settings);

}  // namespace pronto::viewer
