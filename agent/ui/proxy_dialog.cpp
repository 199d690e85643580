#include "agent/ui/proxy_dialog.hpp"

#include <utility>

#include "rfb-ext/ui/theme.hpp"

namespace pronto::agent {

using ui::Label;
using ui::px;

ProxyDialog::ProxyDialog(Fl_Window* over, const std::string& proxy, const std::string& user,
                         std::function<void(Given)> given)
    : Dialog(px(420), "Proxy", over), given_(std::move(given)) {
    give_id(*this, "proxy");
    set_heading("Who are you to the proxy?");
    auto& words = user.empty() ? paragraph("This network is left through the proxy " + proxy +
                                           ", which wants a user name and a password: usually "
                                           "those of this computer, or of your organisation.")
                               : paragraph("The proxy " + proxy + " did not accept that user name and password.",
                                           Label::Style::danger);
    give_id(words, "proxy.words");
    body().fixed<Label>(px(18), "User", Label::Style::caption);
    user_ = &body().fixed<ui::TextField>(ui::TextField::height(), "anna or DOMAIN\\anna");
    give_id(*user_, "proxy.user");
    user_->set_text(user);
    body().fixed<Label>(px(18), "Password", Label::Style::caption);
    password_ = &body().fixed<ui::SecretField>(ui::TextField::height());
    give_id(*password_, "proxy.password");
    remember_ = &body().fixed<ui::Checkbox>(px(26), "Remember both on this computer, in a file that only you can read");
    give_id(*remember_, "proxy.remember");
    auto& cancel = buttons().sized<ui::Button>("Cancel");
    give_id(cancel, "proxy.cancel");
    auto& ok = buttons().sized<ui::PrimaryButton>("OK");
    give_id(ok, "proxy.ok");
    ok.on_click([this] { give(); });
    user_->on_enter([this] { password_->take_focus(); });
    password_->on_enter([this] { give(); });
    cancel.on_click([this] { dismiss(); });
    on_close([this] { dismiss(); });
    open();
    if (user.empty())
        user_->take_focus();
    else
        password_->take_focus();
}

void ProxyDialog::dismiss() {
    password_->set_text("");
    hide();
}

void ProxyDialog::give() {
    if (user_->text().empty()) {
        user_->take_focus();
        return;
    }
    Given all{user_->text(), Secret(password_->text()), remember_->value() != 0};
    password_->set_text("");
    hide();
    const auto given = std::exchange(given_, {});
    if (given) given(std::move(all));
}

}  // namespace pronto::agent
