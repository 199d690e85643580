#include "viewer/ui/host_password_dialog.hpp"

#include <fmt/format.h>

#include <utility>

#include "rfb-ext/ui/theme.hpp"

namespace pronto::viewer {

using ui::px;

HostPasswordDialog::HostPasswordDialog(Fl_Window* over, const std::string& host, bool wrong,
                                       std::function<void(const std::string&)> given)
    : Dialog(px(420), "VNC password", over), given_(std::move(given)) {
    give_id(*this, "host_password");
    auto& words = paragraph(wrong ? fmt::format("{} did not accept that password. VNC servers count its first 8 "
                                                "characters, upper and lower case.",
                                                host)
                                  : fmt::format("The VNC server {} has a password of its own.", host),
                            wrong ? ui::Label::Style::danger : ui::Label::Style::normal);
    give_id(words, "host_password.words");
    password_ = &body().fixed<ui::SecretField>(ui::TextField::height(), "");
    give_id(*password_, "host_password.password");
    password_->on_enter([this] { give(); });
    auto& cancel = buttons().sized<ui::Button>("Cancel");
    give_id(cancel, "host_password.cancel");
    auto& ok = buttons().sized<ui::PrimaryButton>("OK");
    give_id(ok, "host_password.ok");
    ok.on_click([this] { give(); });
    const auto give_up = [this] {
        password_->set_text("");
        hide();
    };
    cancel.on_click(give_up);
    on_close(give_up);
    open();
    password_->take_focus();
}

void HostPasswordDialog::give() {
    const auto password = password_->text();
    if (password.empty()) return;
    password_->set_text("");
    hide();
    const auto given = std::exchange(given_, {});
    if (given) given(password);
}

}  // namespace pronto::viewer
