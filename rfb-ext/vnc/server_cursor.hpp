#pragma once

#include "rfb-ext/vnc/picture.hpp"

struct rfbCursor;

namespace pronto::vnc {

/// A cursor for rfbSetCursor, which takes it over; never null (rfbDoCopyRect crashes without one). Its wire form has a
/// one-bit mask: pixels at least half opaque are shown. One too large for the library's update buffer is made smaller.
rfbCursor* make_server_cursor(const CursorShape& shape);

/// The shape as it fits into one update of LibVNCServer: halved until it does, the hotspot with it.
CursorShape fitting(CursorShape shape);

}  // namespace pronto::vnc
