#pragma once

#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "rfb-ext/tunnel/lifeline.hpp"

namespace pronto::tunnel {

/// To whichever address answers first: one after the other, the next when one fails or after 250 ms, those before going
/// on (RFC 8305). All within `limit`: timed_out. operation_aborted when the line is cut; else the last address's error.
asio::awaitable<Result<asio::ip::tcp::socket>> connect_to_any(std::vector<asio::ip::tcp::endpoint> endpoints,
                                                              std::shared_ptr<Lifeline> line, Millis limit);

}  // namespace pronto::tunnel
