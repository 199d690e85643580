#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "viewer/script/bridged_session.hpp"

namespace pronto::viewer {

/// What every command may be given.
struct CommonOptions {
    std::filesystem::path config;  ///< the settings file; empty: the usual one
    std::string log_file;
    bool verbose = false;
};

/// `pronto-viewer`: the console's window.
struct ConsoleCommand {
    CommonOptions common;
    std::string hub;  ///< empty: as remembered
    tunnel::Trust trust;
    std::string user;
};
/// `pronto-viewer session ...`
struct SessionCommand {
    CommonOptions common;
    ScriptOrder order;
    bool json = false;
};
/// `pronto-viewer ticket ...`
struct TicketCommand {
    CommonOptions common;
    Account account;
    bool json = false;
};
/// `pronto-viewer bridge ...`
struct BridgeCommand {
    CommonOptions common;
    BridgeOrder order;
    std::uint16_t port = 0;               ///< on the loopback addresses; 0: any free one
    std::filesystem::path viewer_passwd;  ///< where a viewer's -passwd finds the pass; empty: nowhere
    bool json = false;
};
/// `pronto-viewer play FILE`
struct PlayCommand {
    CommonOptions common;
    std::filesystem::path movie;
    std::filesystem::path key_file;  ///< for a sealed one; empty: none
};
/// --help, --version or a wrong usage: what to print, and how to exit.
struct Notice {
    std::string text;
    int exit_code = 0;
};

using Command = std::variant<ConsoleCommand, SessionCommand, TicketCommand, BridgeCommand, PlayCommand, Notice>;

/// Reads the password and script files it names; anything wrong becomes a Notice with exit code 2.
Command parse_command_line(int argc, const char* const* argv);

}  // namespace pronto::viewer
