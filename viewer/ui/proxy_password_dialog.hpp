#pragma once

#include <functional>
#include <string>

#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/ui/buttons.hpp"
#include "rfb-ext/ui/dialog.hpp"
#include "rfb-ext/ui/fields.hpp"

namespace pronto::viewer {

/// Asks for what a proxy wants to know.
class ProxyPasswordDialog : public ui::Dialog {
public:
    struct Given {
        std::string user;
        Secret password;
        bool remember = false;
    };
    /// `why` is the failure in words. One of the two comes, once.
    ProxyPasswordDialog(Fl_Window* over, const std::string& proxy, const std::string& user, const std::string& why,
                        std::function<void(const Given&)> given, std::function<void()> given_up);

private:
    void give();
    void give_up();

    std::function<void(const Given&)> given_;
    std::function<void()> given_up_;
    ui::TextField* user_;
    ui::SecretField* password_;
    ui::Checkbox* remember_;
};

}  // namespace pronto::viewer
