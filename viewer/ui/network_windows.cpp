#include "viewer/ui/network_windows.hpp"

#include "rfb-ext/ui/proxy_login_dialog.hpp"
#include "viewer/model/console_model.hpp"
#include "viewer/ui/check_window.hpp"
#include "viewer/ui/proxy_dialog.hpp"

namespace pronto::viewer {

using State = Connection::State;

NetworkWindows::NetworkWindows(ConsoleModel& model, Mailbox& mailbox, const ConsoleOptions& options)
    : model_(model), mailbox_(mailbox), options_(options) {}

NetworkWindows::~NetworkWindows() = default;

void NetworkWindows::show_proxy(Fl_Window* over) {
    proxy_.reset(new ProxyDialog(over, model_));
}

void NetworkWindows::show_check(Fl_Window* over, const std::string& hub) {
    check_.reset(new CheckWindow(over, mailbox_, hub, [this](const tunnel::HubAddress& address) { return check_order(address); }));
}

void NetworkWindows::connection_changed(Fl_Window* over) {
    const auto& connection = model_.connection();
    const bool asks = !connection.proxy.empty() && (model_.reconnecting() || connection.state == State::proxy_asks);
    if (model_.logged_in()) password_refused_ = false;
    if (!asks) return proxy_password_.reset();
    const bool asked = password_refused_ || (proxy_password_ && proxy_password_->shown());
    if (model_.reconnecting() && asked) return;  // each try fails anew
    const ui::ProxyLoginDialog::Asking asking{"proxy_password", connection.proxy, model_.proxy().user,
                                              connection.error ? connection.error->message : ""};
    proxy_password_.reset(new ui::ProxyLoginDialog(
        over, asking, [this](const ui::ProxyLoginDialog::Given& given) { model_.answer_proxy(given.user, given.password, given.remember); },
        [this] {
            password_refused_ = true;
            if (model_.connection().state == State::proxy_asks) model_.log_out();
        }));
}

void NetworkWindows::close() {
    proxy_.reset();
    proxy_password_.reset();
    check_.reset();
}

tunnel::CheckOrder NetworkWindows::check_order(const tunnel::HubAddress& hub) const {
    tunnel::CheckOrder order{hub};
    const bool given = !options_.trust.pins.empty() && !options_.hub.empty() && hub == tunnel::parse_hub_address(options_.hub);
    order.trust = given ? options_.trust : tunnel::Trust{model_.settings().pins_of(hub)};
    order.network.proxy = model_.proxy();
    return order;
}

}  // namespace pronto::viewer
