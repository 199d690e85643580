#pragma once

#include <functional>
#include <string>

#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/ui/dialog.hpp"
#include "rfb-ext/ui/fields.hpp"

namespace pronto::ui {

/// Asks for the user and the password that a proxy wants.
class ProxyLoginDialog final : public Dialog {
public:
    struct Asking {
        std::string id;  ///< its widgets are ID.proxy, .words, .user, .password, .remember, .ok and .cancel
        std::string proxy;
        std::string user;  ///< the one known so far; may be empty
        std::string why;
    };
    struct Given {
        std::string user;
        Secret password;
        bool remember = false;
    };
    /// One of the two comes, once, unless it is dismissed; the dialog is hidden by then. `given_up` may be empty.
    ProxyLoginDialog(Fl_Window* over, const Asking& asking, std::function<void(const Given&)> given,
                     std::function<void()> given_up = {});
    /// Nobody is asked any more.
    void dismiss();

private:
    void give();
    void give_up();

    std::function<void(const Given&)> given_;
    std::function<void()> given_up_;
    TextField* user_;
    SecretField* password_;
    Checkbox* remember_;
};

}  // namespace pronto::ui
