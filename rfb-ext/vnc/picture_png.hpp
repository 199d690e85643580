#pragma once

#include <filesystem>
#include <string>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/vnc/picture.hpp"

namespace pronto::vnc {

/// The picture as an 8-bit RGB PNG. Throws std::runtime_error if it is empty.
std::string encode_png(const Picture& picture);
/// Writes the picture as an 8-bit RGB PNG with mode 0600, whole or not at all (beside the target, then renamed over
/// it). Throws std::runtime_error naming the path and the reason.
void write_png(const Picture& picture, const std::filesystem::path& path);

/// Any PNG, alpha dropped. Throws std::runtime_error if it is none, or over the limits of picture.hpp.
Picture read_png(const std::filesystem::path& path);

/// A PNG rectangle of Tight PNG into `area` of `picture` (which lies in it). Throws BrokenStream on anything but a PNG
/// of exactly that size.
void decode_png(ByteView png, Picture& picture, const Rect& area);

}  // namespace pronto::vnc
