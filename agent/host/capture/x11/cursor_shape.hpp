#pragma once

#include <optional>

#include "agent/host/x11/connection.hpp"
#include "rfb-ext/vnc/picture.hpp"

namespace pronto::host::x11 {

/// The pointer's shape as it is now (XFixes); nothing if the server would not say. Larger than 256 x 256: cut off.
std::optional<vnc::CursorShape> read_cursor(Connection& connection);

/// One pixel with premultiplied alpha (as X has it) as a straight one (as vnc::CursorShape has it).
std::uint32_t straight_alpha(std::uint32_t premultiplied);

}  // namespace pronto::host::x11
