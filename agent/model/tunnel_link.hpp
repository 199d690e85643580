#pragma once

#include "agent/model/link.hpp"
#include "rfb-ext/base/mailbox.hpp"

namespace pronto::agent {

/// The real link: a tunnel::HubLink heard through a mailbox, which must outlive what is dialled.
Dial dial_through(Mailbox& mailbox);

}  // namespace pronto::agent
