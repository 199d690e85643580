#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "rfb-ext/base/clock.hpp"

namespace CLI {
class App;
}

/// The administration commands of pronto-repeater: user, ticket, session, recording, audit.
namespace pronto::admin {

class Terminal;

/// The hub that is administered.
struct Site {
    std::filesystem::path data;
    int node = 1;
    Millis ticket_life{0};
};

/// What the commands share; the command that was given puts its work into `chosen`, to be run once the site is known.
struct Desk {
    Terminal& terminal;
    const Clock& clock;
    std::function<void(const Site&)> chosen;
};

void add_user_commands(CLI::App& app, Desk& desk);
void add_ticket_commands(CLI::App& app, Desk& desk);
void add_session_commands(CLI::App& app, Desk& desk);
void add_recording_commands(CLI::App& app, Desk& desk);
void add_audit_commands(CLI::App& app, Desk& desk);

/// Adds all of them. `app` and `desk` must live until it has been parsed and the chosen one was run.
void add_commands(CLI::App& app, Desk& desk);

/// Who the audit log names: "cli:" and the account under which the command runs.
std::string cli_actor();

}  // namespace pronto::admin
