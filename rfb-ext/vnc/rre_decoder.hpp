#pragma once

#include "rfb-ext/vnc/byte_source.hpp"
#include "rfb-ext/vnc/picture.hpp"
#include "rfb-ext/vnc/pixels.hpp"

namespace pronto::vnc {

/// RRE (RFC 6143 section 7.7.3) and CoRRE, which has places in single bytes; `area` lies in `picture`. Throws
/// BrokenStream.
void decode_rre(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& area);
void decode_corre(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& area);

}  // namespace pronto::vnc
