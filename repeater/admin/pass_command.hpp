#pragma once

#include "repeater/admin/commands.hpp"

namespace pronto::admin {

/// `session pass`: a one-time pass for a standard VNC viewer, from the hub that runs.
void add_pass_command(CLI::App& sessions, Desk& desk);

}  // namespace pronto::admin
