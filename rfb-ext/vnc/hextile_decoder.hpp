#pragma once

#include "rfb-ext/vnc/byte_source.hpp"
#include "rfb-ext/vnc/picture.hpp"
#include "rfb-ext/vnc/pixels.hpp"

namespace pronto::vnc {

/// RFC 6143 section 7.7.4; `area` lies in `picture`. Throws BrokenStream.
void decode_hextile(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& area);

}  // namespace pronto::vnc
