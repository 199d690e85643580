// The part of the console's model that is about the proxy between it and the hub.
#include <stdexcept>

#include <fmt/format.h>

#include "rfb-ext/tunnel/proxy_settings.hpp"
#include "viewer/model/console_model.hpp"

namespace pronto::viewer {

using Severity = LogLine::Severity;
using State = Connection::State;
using Mode = tunnel::ProxySettings::Mode;

namespace {

std::string setting_of(const tunnel::ProxySettings& proxy) {
    return proxy.mode == Mode::system ? "system" : proxy.mode == Mode::none ? "none" : proxy.url;
}

}  // namespace

void ConsoleModel::load_proxy() {
    proxy_ = tunnel::parse_proxy(settings_.proxy);
    proxy_.user = settings_.proxy_user;
    proxy_.login_for = settings_.proxy_login_for;
    proxy_.password = store_.load_proxy_password();
}

void ConsoleModel::use_proxy(const tunnel::ProxySettings& proxy) {
    proxy_ = proxy;
    if (logged_in() || reconnecting()) link_.use_proxy(proxy_);
}

void ConsoleModel::change_proxy(const tunnel::ProxySettings& proxy) {
    const bool same = proxy.mode == proxy_.mode && proxy.url == proxy_.url && proxy.user == proxy_.user;
    if (same) return;
    auto changed = proxy;
    changed.password = {};  // it was another proxy's, or another user's
    changed.login_for.clear();
    changed.login_for_any = false;
    remember_proxy_password({});
    settings_.proxy = setting_of(proxy);
    settings_.proxy_user = proxy.user;
    settings_.proxy_login_for.clear();
    save_settings();
    write(Severity::info, fmt::format("Proxy: {}", settings_.proxy));
    use_proxy(changed);
}

void ConsoleModel::answer_proxy(const std::string& user, const Secret& password, bool remember) {
    const bool asked = !connection_.proxy.empty() && (reconnecting() || connection_.state == State::proxy_asks);
    if (!asked) return write(Severity::error, "There is no proxy that asks for a password.");
    proxy_.user = user;
    proxy_.password = password;
    proxy_.login_for = connection_.proxy;
    proxy_.login_for_any = false;
    remember_proxy_password(remember ? password : Secret{});
    const std::string kept_for = remember ? connection_.proxy : "";
    if (settings_.proxy_user != user || settings_.proxy_login_for != kept_for) {
        settings_.proxy_user = user;
        settings_.proxy_login_for = kept_for;
        save_settings();
    }
    connection_.proxy.clear();
    if (reconnecting()) return link_.use_proxy(proxy_);
    if (!target_) return;
    target_->proxy = proxy_;
    dial();
}

void ConsoleModel::remember_proxy_password(const Secret& password) {
    try {
        store_.save_proxy_password(password);
    } catch (const std::runtime_error& problem) {
        write(Severity::error, fmt::format("The proxy's password is not remembered: {}", problem.what()));
    }
}

}  // namespace pronto::viewer
