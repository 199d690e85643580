#pragma once

#include <filesystem>

#include "rfb-ext/vnc/picture.hpp"

namespace pronto::vnc {

/// Writes the picture as an 8-bit RGB PNG with mode 0600, whole or not at all (beside the target, then renamed over it).
/// Throws std::runtime_error naming the path and the reason.
void write_png(const Picture& picture, const std::filesystem::path& path);

/// Any PNG, alpha dropped. Throws std::runtime_error if it is none, or over the limits of picture.hpp.
Picture read_png(const std::filesystem::path& path);

}  // namespace pronto::vnc
