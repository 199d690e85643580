#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "repeater/recording/retention.hpp"
#include "rfb-ext/base/clock.hpp"

namespace CLI {
class App;
}

/// The administration commands of pronto-repeater: user, ticket, session, recording, audit, pin.
namespace pronto::admin {

class Terminal;

/// How a guest or an operator gets to the hub.
struct Reach {
    std::string address;  ///< "support.example.org", with ":8443" if the port is not the usual one
    std::string pin;      ///< "sha256:..."; empty: the hub has no certificate yet
    std::string words;    ///< the pin for the telephone
    std::uint16_t server_port = 0;  ///< where standard VNC servers register; 0: nowhere
    std::string host{};             ///< of the address
};

/// The hub that is administered.
struct Site {
    std::filesystem::path data;
    int node = 1;
    Millis ticket_life{0};
    std::function<Reach()> reach;
    std::filesystem::path recordings;  ///< their folder
    recording::RetentionRules retention;
    std::filesystem::path key_file{};  ///< of sealed movies; empty: none
    std::filesystem::path finisher{};  ///< pronto-fbs, which makes videos
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
void add_pin_command(CLI::App& app, Desk& desk);

/// Adds all of them. `app` and `desk` must live until it has been parsed and the chosen one was run.
void add_commands(CLI::App& app, Desk& desk);

/// Who the audit log names: "cli:" and the account under which the command runs.
std::string cli_actor();

}  // namespace pronto::admin
