#pragma once

#include <FL/Enumerations.H>

#include <string_view>

#include "rfb-ext/base/geometry.hpp"

class Fl_Image;

/// Icons of lucide-static by their names there ("monitor", "user-plus", ...); the set is listed in CMakeLists.txt.
namespace pronto::ui {

/// `size` at scale 1. Kept for ever. An unknown name is a programmer's mistake: std::logic_error.
Fl_Image& icon(std::string_view name, int size, Fl_Color colour);
/// In the middle of `area`.
void draw_icon(std::string_view name, const Rect& area, int size, Fl_Color colour);

}  // namespace pronto::ui
