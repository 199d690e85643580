#pragma once

#include "rfb-ext/vnc/byte_source.hpp"
#include "rfb-ext/vnc/picture.hpp"
#include "rfb-ext/vnc/pixels.hpp"

namespace pronto::vnc {

/// The data of a cursor pseudo-rectangle: Cursor (RFC 6143 section 7.8.1), X Cursor or Cursor With Alpha (rfbproto, Raw
/// inside only). `area` is its header: hotspot and size, at most
/// longest_cursor_side each way. Throws BrokenStream.
CursorShape read_cursor(ByteSource& in, const Pixels& pixels, const Rect& area, std::int32_t encoding);

}  // namespace pronto::vnc
