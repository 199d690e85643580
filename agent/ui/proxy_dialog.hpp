#pragma once

#include <functional>
#include <string>

#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/ui/dialog.hpp"
#include "rfb-ext/ui/fields.hpp"

namespace pronto::agent {

/// Asks for the user and password that a proxy wants. Ids proxy, proxy.user, proxy.password, proxy.remember, proxy.ok,
/// proxy.cancel.
class ProxyDialog final : public ui::Dialog {
public:
    struct Given {
        std::string user;
        Secret password;
        bool remember = false;
    };
    /// `user`: the one it did not accept, or empty. `given` is called at most once; the dialog is hidden by then.
    ProxyDialog(Fl_Window* over, const std::string& proxy, const std::string& user, std::function<void(Given)> given);
    /// Nobody is asked any more.
    void dismiss();

private:
    void give();

    std::function<void(Given)> given_;
    ui::TextField* user_;
    ui::SecretField* password_;
    ui::Checkbox* remember_;
};

}  // namespace pronto::agent
