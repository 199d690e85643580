#pragma once

#include <optional>
#include <string>

#include "agent/model/settings.hpp"

namespace pronto::agent {

struct CommandLine {
    Settings settings;
    bool window = true;
    bool accept = false;  ///< without a window: says yes to every question
    bool once = false;    ///< without a window: ends after the first session
    bool check = false;   ///< nothing but a test of the way to the hub
    bool json = false;    ///< without a window: events as JSON lines; of a test: one object
    bool verbose = false;
    std::string log_file;
};

inline constexpr auto needs_ticket = "--no-window needs --ticket: your technician gives you one";

/// The options and the configuration file. Nothing if the program should end with `exit_code` (after --help, --version or wrong
/// usage, which have been printed). Throws std::runtime_error if the configuration is wrong.
std::optional<CommandLine> parse_command_line(int argc, char** argv, int& exit_code);

}  // namespace pronto::agent
