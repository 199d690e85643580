#pragma once

#include "repeater/standard/visit.hpp"
#include "rfb-ext/wire/repeater_block.hpp"

namespace pronto::standard {

/// Mode I: connects the viewer to a host of the allow-list and passes bytes both ways as they are. Who may see that host is
/// the host's to decide: there is no operator, no session and no movie, but an entry in the audit log at each end.
asio::awaitable<void> call_host(std::shared_ptr<const Reception> reception, Visitor visitor, wire::RepeaterHost host);

}  // namespace pronto::standard
