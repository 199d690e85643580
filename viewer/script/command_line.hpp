#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "rfb-ext/base/secrets.hpp"
#include "viewer/script/bridged_session.hpp"

namespace pronto::viewer {

/// --proxy, --proxy-user, --proxy-password-file: instead of what the settings say.
struct ProxyOptions {
    std::optional<tunnel::ProxySettings> proxy;
    std::string user;
    Secret password;
    bool given() const { return proxy || !user.empty() || !password.text().empty(); }
    tunnel::ProxySettings over(tunnel::ProxySettings settings) const;
};

/// What every command may be given.
struct CommonOptions {
    std::filesystem::path config;  ///< the settings file; empty: the usual one
    std::string log_file;
    bool verbose = false;
    ProxyOptions proxy = {};
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
/// `pronto-viewer check`
struct CheckCommand {
    CommonOptions common;
    std::string hub;  ///< empty: as remembered
    tunnel::Trust trust;
    bool json = false;
};
/// --help, --version or a wrong usage: what to print, and how to exit.
struct Notice {
    std::string text;
    int exit_code = 0;
};

using Command = std::variant<ConsoleCommand, SessionCommand, TicketCommand, BridgeCommand, PlayCommand, CheckCommand, Notice>;

/// Reads the password and script files it names; anything wrong becomes a Notice with exit code 2.
Command parse_command_line(int argc, const char* const* argv);

}  // namespace pronto::viewer
