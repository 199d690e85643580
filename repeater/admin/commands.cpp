#include "repeater/admin/commands.hpp"

#include <pwd.h>
#include <unistd.h>

namespace pronto::admin {

void add_commands(CLI::App& app, Desk& desk) {
    add_user_commands(app, desk);
    add_ticket_commands(app, desk);
    add_session_commands(app, desk);
    add_recording_commands(app, desk);
    add_audit_commands(app, desk);
    add_pin_command(app, desk);
}

std::string cli_actor() {
    const auto* account = ::getpwuid(::getuid());
    return "cli:" + (account ? std::string(account->pw_name) : std::to_string(::getuid()));
}

}  // namespace pronto::admin
