#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rfb-ext/base/geometry.hpp"

class Fl_Widget;

/// Names that tests find widgets by.
namespace pronto::ui {

/// "login.user"; forgotten with the widget. A second call renames.
void give_id(const Fl_Widget& widget, std::string id);
/// Empty if it has none.
std::string id_of(const Fl_Widget& widget);

/// What a widget that draws several things itself (rows, tabs) says about one of them.
struct Part {
    std::string id;
    std::string text;
    Rect area;  ///< in the window, as widgets' x() and y() are
    bool selected = false;
};

/// For widgets of our own: what the test hook cannot see from outside. Mixed in beside an Fl_Widget.
class Describes {
public:
    virtual ~Describes() = default;
    /// What it shows or holds; never a secret.
    virtual std::string described_value() const { return {}; }
    virtual std::vector<Part> described_parts() const { return {}; }
};

}  // namespace pronto::ui
