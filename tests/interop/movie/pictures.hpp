#pragma once

#include <filesystem>

#include "rfb-ext/vnc/picture.hpp"

namespace pronto::interop {

/// As PPM (P6), which every tool and a few lines of any language read. Throws std::runtime_error naming the path.
void write_ppm(const vnc::Picture& picture, const std::filesystem::path& path);

}  // namespace pronto::interop
