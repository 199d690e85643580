#pragma once

#include "rfb-ext/base/mailbox.hpp"
#include "agent/model/screen.hpp"

namespace pronto::agent {

/// The real screen: a host::ScreenSession of `display` (empty: the user's), heard through a mailbox, which must outlive it.
MakeScreen share_display(Mailbox& mailbox, const std::string& display);

}  // namespace pronto::agent
