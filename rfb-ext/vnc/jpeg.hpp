#pragma once

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/vnc/picture.hpp"

namespace pronto::vnc {

/// Decodes a JPEG rectangle of Tight into `area` of `picture` (which lies in it). libjpeg-turbo's own jpeg_* functions
/// with its memory source: both LibVNC libraries export old tj* functions of their own, and libvncclient's source
/// manager reads astray. Throws BrokenStream on anything but a baseline picture of exactly that size.
void decode_jpeg(ByteView jpeg, Picture& picture, const Rect& area);

/// A baseline picture of `area` of `picture` (which lies in it, not empty), quality 1 to 100, colours not halved.
Bytes encode_jpeg(const Picture& picture, const Rect& area, int quality);

}  // namespace pronto::vnc
