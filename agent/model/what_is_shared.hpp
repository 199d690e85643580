#pragma once

#include "agent/model/screen.hpp"
#include "agent/model/settings.hpp"
#include "rfb-ext/base/mailbox.hpp"

namespace pronto::agent {

/// The screen that the settings name: this computer's, or a VNC server's. Heard through the mailbox, which must outlive
/// it.
MakeScreen screen_of(Mailbox& mailbox, const Settings& settings);
/// What operators see as the system: "VNC server 127.0.0.1:5901", or empty for this computer's own.
std::string system_of(const Settings& settings);

}  // namespace pronto::agent
