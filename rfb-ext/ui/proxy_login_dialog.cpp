#include "rfb-ext/ui/proxy_login_dialog.hpp"

#include <utility>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"

namespace pronto::ui {

ProxyLoginDialog::ProxyLoginDialog(Fl_Window* over, const Asking& asking, std::function<void(const Given&)> given,
                                   std::function<void()> given_up)
    : Dialog(px(440), "The proxy wants a password", over), given_(std::move(given)), given_up_(std::move(given_up)) {
    give_id(*this, asking.id);
    auto& which = paragraph(asking.proxy, Label::Style::bold);
    give_id(which, asking.id + ".proxy");
    auto& words = paragraph(asking.why);
    give_id(words, asking.id + ".words");
    body().fixed<Label>(px(18), "User", Label::Style::caption);
    user_ = &body().fixed<TextField>(TextField::height(), "anna, or DOMAIN\\anna");
    give_id(*user_, asking.id + ".user");
    user_->set_text(asking.user);
    body().fixed<Label>(px(18), "Password", Label::Style::caption);
    password_ = &body().fixed<SecretField>(SecretField::height(), "");
    give_id(*password_, asking.id + ".password");
    remember_ = &body().fixed<Checkbox>(px(26), "Remember it on this computer");
    give_id(*remember_, asking.id + ".remember");
    auto& cancel = buttons().sized<Button>("Cancel");
    give_id(cancel, asking.id + ".cancel");
    cancel.on_click([this] { give_up(); });
    auto& ok = buttons().sized<PrimaryButton>("OK");
    give_id(ok, asking.id + ".ok");
    ok.on_click([this] { give(); });
    user_->on_enter([this] { password_->take_focus(); });
    password_->on_enter([this] { give(); });
    on_close([this] { give_up(); });
    open();
    (asking.user.empty() ? static_cast<Fl_Widget*>(user_) : password_)->take_focus();
}

void ProxyLoginDialog::dismiss() {
    password_->set_text("");
    hide();
    given_ = {};
    given_up_ = {};
}

void ProxyLoginDialog::give() {
    if (user_->text().empty() || password_->text().empty()) {
        (user_->text().empty() ? static_cast<Fl_Widget*>(user_) : password_)->take_focus();
        return;
    }
    const Given what{user_->text(), Secret(password_->text()), remember_->value() != 0};
    const auto given = std::exchange(given_, {});
    dismiss();
    if (given) given(what);
}

void ProxyLoginDialog::give_up() {
    const auto given_up = std::exchange(given_up_, {});
    dismiss();
    if (given_up) given_up();
}

}  // namespace pronto::ui
