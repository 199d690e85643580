#pragma once

#include <string>

#include "rfb-ext/ui/buttons.hpp"
#include "rfb-ext/ui/cards.hpp"
#include "rfb-ext/ui/layout.hpp"

namespace pronto::viewer {

/// A name, a value to read out, and a button that puts it on the clipboard.
class CopyRow : public ui::Row {
public:
    /// The value's id is `id`, the button's `id`.copy.
    CopyRow(const std::string& name, const std::string& id);
    static int height();
    void set_value(const std::string& value);

private:
    ui::Label* value_;
    ui::Button* copy_;
};

}  // namespace pronto::viewer
