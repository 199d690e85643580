#include "viewer/ui/proxy_password_dialog.hpp"

#include <fmt/format.h>

#include <utility>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::viewer {

using ui::px;

ProxyPasswordDialog::ProxyPasswordDialog(Fl_Window* over, const std::string& proxy, const std::string& user,
                                         const std::string& why, std::function<void(const Given&)> given,
                                         std::function<void()> given_up)
    : Dialog(px(440), "The proxy wants a password", over), given_(std::move(given)), given_up_(std::move(given_up)) {
    give_id(*this, "proxy_password");
    auto& which = paragraph(proxy, ui::Label::Style::bold);
    give_id(which, "proxy_password.proxy");
    auto& words = paragraph(why);
    give_id(words, "proxy_password.words");
    body().fixed<ui::Label>(px(18), "User", ui::Label::Style::caption);
    user_ = &body().fixed<ui::TextField>(ui::TextField::height(), "anna, or DOMAIN\\anna");
    give_id(*user_, "proxy_password.user");
    user_->set_text(user);
    body().fixed<ui::Label>(px(18), "Password", ui::Label::Style::caption);
    password_ = &body().fixed<ui::SecretField>(ui::TextField::height(), "");
    give_id(*password_, "proxy_password.password");
    remember_ = &body().fixed<ui::Checkbox>(px(26), "Remember it on this computer");
    give_id(*remember_, "proxy_password.remember");
    auto& cancel = buttons().sized<ui::Button>("Cancel");
    give_id(cancel, "proxy_password.cancel");
    cancel.on_click([this] { give_up(); });
    auto& ok = buttons().sized<ui::PrimaryButton>("OK");
    give_id(ok, "proxy_password.ok");
    ok.on_click([this] { give(); });
    user_->on_enter([this] { give(); });
    password_->on_enter([this] { give(); });
    on_close([this] { give_up(); });
    open();
    (user.empty() ? user_ : password_)->take_focus();
}

void ProxyPasswordDialog::give() {
    if (user_->text().empty() || password_->text().empty()) return;
    const Given what{user_->text(), Secret(password_->text()), remember_->value() != 0};
    password_->set_text("");
    hide();
    if (const auto given = std::exchange(given_, {})) given(what);
}

void ProxyPasswordDialog::give_up() {
    password_->set_text("");
    hide();
    given_ = {};
    if (const auto given_up = std::exchange(given_up_, {})) given_up();
}

}  // namespace pronto::viewer
