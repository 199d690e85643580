#include <cstdio>

#include <fmt/format.h>

#include "rfb-ext/base/log.hpp"
#include "rfb-ext/tunnel/check.hpp"
#include "rfb-ext/tunnel/proxy_settings.hpp"
#include "viewer/script/run.hpp"

namespace pronto::viewer {

namespace {

tunnel::CheckOrder order_of(const CheckCommand& command, const std::string& hub, SettingsStore& store) {
    const auto settings = store.load();
    tunnel::CheckOrder order{tunnel::parse_hub_address(hub)};
    order.trust = command.trust.pins.empty() ? tunnel::Trust{settings.pins_of(order.hub)} : command.trust;
    auto proxy = tunnel::parse_proxy(settings.proxy);
    proxy.user = settings.proxy_user;
    proxy.login_for = settings.proxy_login_for;
    proxy.password = store.load_proxy_password();
    order.network.proxy = command.common.proxy.over(proxy);
    return order;
}

}  // namespace

int run_check(const CheckCommand& command, SettingsStore& settings) {
    log::configure(command.common.verbose ? log::Level::debug : log::Level::warning, command.common.log_file);
    const auto hub = command.hub.empty() ? settings.load().hub : command.hub;
    if (hub.empty()) {
        fmt::print(stderr, "pronto-viewer: say which hub: --hub HOST[:PORT]\n");
        return 2;
    }
    const auto order = order_of(command, hub, settings);
    if (!command.json) fmt::print("Testing the connection to {}\n", tunnel::to_text(order.hub));
    const auto report = tunnel::check(order, [&](const tunnel::CheckStep& step) {
        if (!command.json) fmt::print("{}\n", in_words(step));
        std::fflush(stdout);
    });
    fmt::print("{}\n", command.json ? to_json(report) : conclusion(report));
    return report.ok() ? 0 : 1;
}

}  // namespace pronto::viewer
