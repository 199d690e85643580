#include "viewer/ui/proxy_dialog.hpp"

#include <stdexcept>

#include "rfb-ext/tunnel/proxy_settings.hpp"
#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "viewer/model/console_model.hpp"
#include "viewer/model/error_text.hpp"

namespace pronto::viewer {

using ui::px;
using Mode = tunnel::ProxySettings::Mode;

ProxyDialog::ProxyDialog(Fl_Window* over, ConsoleModel& model) : Dialog(px(460), "Proxy", over), model_(model) {
    give_id(*this, "proxy");
    build();
    const auto& proxy = model_.proxy();
    system_->value(proxy.mode == Mode::system ? 1 : 0);
    none_->value(proxy.mode == Mode::none ? 1 : 0);
    custom_->value(proxy.mode == Mode::custom ? 1 : 0);
    address_->set_text(proxy.url);
    user_->set_text(proxy.user);
    enable_fields();
    open();
    if (proxy.mode == Mode::custom) address_->take_focus();
}

void ProxyDialog::build() {
    paragraph(
        "How this console reaches the hub. The way from it to the hub is encrypted, so a proxy sees nothing of what is "
        "sent.",
        ui::Label::Style::caption);
    auto& choices = body().fixed<ui::Column>(px(78), px(2));
    const auto choice = [&](const char* text, const char* id) {
        auto& radio = choices.fixed<ui::RadioButton>(px(24), text);
        give_id(radio, id);
        radio.on_change([this](bool) { enable_fields(); });
        return &radio;
    };
    system_ = choice("As this computer is set up", "proxy.system");
    none_ = choice("No proxy", "proxy.none");
    custom_ = choice("This proxy:", "proxy.custom");
    address_ = &body().fixed<ui::TextField>(ui::TextField::height(), "http://proxy.example:3128");
    give_id(*address_, "proxy.address");
    body().fixed<ui::Label>(px(18), "User, if the proxy asks for one", ui::Label::Style::caption);
    user_ = &body().fixed<ui::TextField>(ui::TextField::height(), "anna, or DOMAIN\\anna");
    give_id(*user_, "proxy.user");
    problem_ = &paragraph("", ui::Label::Style::danger);
    give_id(*problem_, "proxy.problem");
    auto& cancel = buttons().sized<ui::Button>("Cancel");
    give_id(cancel, "proxy.cancel");
    cancel.on_click([this] { hide(); });
    auto& ok = buttons().sized<ui::PrimaryButton>("OK");
    give_id(ok, "proxy.ok");
    ok.on_click([this] { take_over(); });
    for (auto* field : {address_, user_}) field->on_enter([this] { take_over(); });
    on_close([this] { hide(); });
}

void ProxyDialog::enable_fields() {
    custom_->value() != 0 ? address_->activate() : address_->deactivate();
    none_->value() != 0 ? user_->deactivate() : user_->activate();
}

void ProxyDialog::take_over() {
    try {
        auto proxy = custom_->value() != 0 ? tunnel::parse_proxy(address_->text()) : tunnel::ProxySettings{};
        if (custom_->value() != 0 && proxy.mode != Mode::custom) throw std::runtime_error("Enter the proxy's address.");
        if (none_->value() != 0) proxy.mode = Mode::none;
        proxy.user = none_->value() != 0 ? "" : user_->text();
        model_.change_proxy(proxy);
        hide();
    } catch (const std::runtime_error& trouble) {
        set_paragraph(*problem_, in_words({control::Code::bad_request, trouble.what(), {}}));
        fit();
        address_->take_focus();
    }
}

}  // namespace pronto::viewer
