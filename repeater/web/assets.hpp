#pragma once

#include <span>
#include <string_view>

namespace pronto::web {

/// A file for browsers that was built into the program.
struct Asset {
    std::string_view path;  ///< "view.html", "novnc/core/rfb.js"
    std::string_view bytes;
};

/// All of them: `repeater/web/assets`, the icons and noVNC, each with its licence.
std::span<const Asset> built_in_assets();

}  // namespace pronto::web
