#pragma once

namespace pronto::agent {

struct CommandLine;

/// Tests the way to the hub and prints each step as it ends; the program's exit code.
int check_connection(const CommandLine& line);

}  // namespace pronto::agent
