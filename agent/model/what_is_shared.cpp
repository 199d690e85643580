#include "agent/model/what_is_shared.hpp"

#include "agent/model/shared_desktop.hpp"
#include "agent/model/shared_server.hpp"

namespace pronto::agent {

MakeScreen screen_of(Mailbox& mailbox, const Settings& settings) {
    return settings.vnc_server ? share_server(mailbox, *settings.vnc_server) : share_display(mailbox, settings.display);
}

std::string system_of(const Settings& settings) {
    return settings.vnc_server ? "VNC server " + tunnel::to_text(settings.vnc_server->address) : std::string();
}

}  // namespace pronto::agent
