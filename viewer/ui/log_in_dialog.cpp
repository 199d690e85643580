#include "viewer/ui/log_in_dialog.hpp"

#include <stdexcept>

#include "rfb-ext/ui/identity.hpp"
#include "rfb-ext/ui/theme.hpp"
#include "viewer/model/error_text.hpp"

namespace pronto::viewer {

using ui::px;

namespace {

template <class Field>
Field& labelled(ui::Column& body, const char* label, const char* hint, const char* id) {
    body.fixed<ui::Label>(px(18), label, ui::Label::Style::caption);
    auto& field = body.fixed<Field>(ui::TextField::height(), hint);
    give_id(field, id);
    return field;
}

}  // namespace

LogInDialog::LogInDialog(Fl_Window* over, ConsoleModel& model, Mediator& mediator, std::string hub, const std::string& user,
                         tunnel::Trust trust)
    : Dialog(px(420), "Log in", over), model_(model), mediator_(mediator), trusted_hub_(std::move(hub)), trust_(std::move(trust)) {
    give_id(*this, "login");
    hub_ = &labelled<ui::TextField>(body(), "Hub", "Its name or address", "login.hub");
    user_ = &labelled<ui::TextField>(body(), "User", "", "login.user");
    password_ = &labelled<ui::SecretField>(body(), "Password", "", "login.password");
    hub_->set_text(trusted_hub_);
    user_->set_text(user);
    auto& network = body().fixed<ui::Row>(ui::Button::height(), px(4));
    auto& proxy = network.sized<ui::ToolButton>("Proxy…", "settings");
    give_id(proxy, "login.proxy");
    proxy.on_click([this] { mediator_.show_proxy_over(this); });
    auto& check = network.sized<ui::ToolButton>("Test connection…", "refresh-cw");
    give_id(check, "login.check");
    check.on_click([this] { mediator_.show_check_over(this, hub_->text()); });
    network.spring();
    problem_ = &paragraph("", ui::Label::Style::danger);
    give_id(*problem_, "login.problem");
    auto& cancel = buttons().sized<ui::Button>("Cancel");
    give_id(cancel, "login.cancel");
    ok_ = &buttons().sized<ui::PrimaryButton>("Log in", "log-in");
    give_id(*ok_, "login.ok");
    ok_->on_click([this] { try_it(); });
    for (auto* field : {hub_, user_, static_cast<ui::TextField*>(password_)}) field->on_enter([this] { try_it(); });
    const auto give_up = [this] {
        password_->set_text("");
        if (model_.connection().state == Connection::State::connecting) model_.log_out();
        hide();
    };
    cancel.on_click(give_up);
    on_close(give_up);
    open();
    (trusted_hub_.empty() ? hub_ : user.empty() ? user_ : password_)->take_focus();
}

void LogInDialog::try_it() {
    say("");
    try {
        const auto hub = tunnel::parse_hub_address(hub_->text());
        const bool same = !trusted_hub_.empty() && hub == tunnel::parse_hub_address(trusted_hub_);
        model_.log_in(hub, same ? trust_ : tunnel::Trust{}, user_->text(), password_->text());
    } catch (const std::runtime_error& problem) {
        say(in_words({control::Code::bad_request, problem.what(), {}}));
        hub_->take_focus();
    }
}

void LogInDialog::say(const std::string& problem) {
    set_paragraph(*problem_, problem);
    fit();
}

void LogInDialog::connection_changed(const Connection& connection) {
    const bool busy = connection.state == Connection::State::connecting;
    busy ? ok_->deactivate() : ok_->activate();
    ok_->set_text(busy ? "Logging in…" : "Log in");
    // While the trust question is asked the dialog waits below it: who says no may want another hub.
    if (connection.state == Connection::State::logged_in) {
        password_->set_text("");
        hide();
    } else if (connection.state == Connection::State::not_logged_in && connection.error) {
        say(in_words(*connection.error));
        if (shown()) password_->take_focus();
    } else if (was_untrusted_ && connection.state == Connection::State::not_logged_in) {
        say("You did not trust the hub's key. You are not logged in, and your password was not sent.");
    }
    was_untrusted_ = connection.state == Connection::State::untrusted;
}

}  // namespace pronto::viewer
