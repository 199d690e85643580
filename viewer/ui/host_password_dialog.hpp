#pragma once

#include <functional>
#include <string>

#include "rfb-ext/ui/dialog.hpp"
#include "rfb-ext/ui/fields.hpp"

namespace pronto::viewer {

/// Asks for the password of a VNC server that has one.
class HostPasswordDialog : public ui::Dialog {
public:
    /// `wrong`: one was given already. `given` comes once, unless the dialog is cancelled.
    HostPasswordDialog(Fl_Window* over, const std::string& host, bool wrong,
                       std::function<void(const std::string& password)> given);

private:
    void give();

    std::function<void(const std::string&)> given_;
    ui::SecretField* password_;
};

}  // namespace pronto::viewer
