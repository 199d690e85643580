#pragma once

#include "agent/model/screen.hpp"
#include "agent/vnc_server/server.hpp"
#include "rfb-ext/base/mailbox.hpp"

namespace pronto::agent {

/// A VNC server's screen instead of this computer's: a vnc_server::ServerSession, heard through a mailbox, which must
/// outlive it.
MakeScreen share_server(Mailbox& mailbox, const vnc_server::Server& server);

}  // namespace pronto::agent
