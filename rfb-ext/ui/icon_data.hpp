#pragma once

#include <span>
#include <string_view>

#include "rfb-ext/base/bytes.hpp"

namespace pronto::ui {

/// One icon as it was rendered at build time: a 96 x 96 PNG of which only the alpha counts.
struct IconData {
    std::string_view name;
    ByteView png;
};
/// Sorted by name.
std::span<const IconData> icon_data();

}  // namespace pronto::ui
