#pragma once

#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "repeater/net/admission.hpp"
#include "repeater/net/hub_thread.hpp"
#include "rfb-ext/tunnel/tls_stream.hpp"

namespace pronto::net {

/// Serves a control channel on the thread of `stream` until it ends. `head` is the upgrade request's HTTP head; `account`
/// is whose token came with it (an operator), nothing for guests.
asio::awaitable<void> serve_control_channel(tunnel::TlsStream stream, std::string head, std::optional<hub::Account> account,
                                            std::string address, Admission::Place place, HubThread& hub);

}  // namespace pronto::net
