#pragma once

#include "rfb-ext/vnc/byte_source.hpp"
#include "rfb-ext/vnc/picture.hpp"
#include "rfb-ext/vnc/pixels.hpp"

namespace pronto::vnc {

/// TRLE (RFC 6143 section 7.7.5), and what ZRLE (7.7.6) has inside zlib: the same with tiles of 64 x 64 that do not
/// reuse a palette. `area` lies in `picture`. Throws BrokenStream.
void decode_trle(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& area);
void decode_zrle(ByteSource& inflated, const Pixels& pixels, Picture& picture, const Rect& area);

}  // namespace pronto::vnc
