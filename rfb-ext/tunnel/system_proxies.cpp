#include "rfb-ext/tunnel/system_proxies.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <mutex>
#include <stdexcept>

#include <proxy.h>

#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/tunnel/busy_threads.hpp"

namespace pronto::tunnel {

namespace {

/// libproxy's plugins were not made for several threads at once, and a question whose PAC server is silent may last. One
/// factory for good: making and freeing it would load and unload whatever plugins the desktop has, each time.
std::vector<std::string> ask_libproxy(const std::string& url) {
    static std::timed_mutex one_at_a_time;
    const std::unique_lock lock(one_at_a_time, std::chrono::seconds(10));
    if (!lock) return {};
    static pxProxyFactory* const factory = px_proxy_factory_new();
    if (!factory) return {};
    char** const list = px_proxy_factory_get_proxies(factory, url.c_str());
    std::vector<std::string> found;
    for (char** at = list; at && *at; ++at) found.emplace_back(*at);
    if (list) px_proxy_factory_free_proxies(list);
    return found;
}

/// "http://ada:secret@proxy:3128", the part before the @ percent-encoded; whole texts of it are never shown.
SystemProxy proxy_in(const std::string& url) {
    SystemProxy proxy;
    std::string address = url;
    const auto slashes = url.find("://");
    const auto at = url.rfind('@');
    if (slashes != std::string::npos && at != std::string::npos && at > slashes) {
        const std::string login = url.substr(slashes + 3, at - slashes - 3);
        address.erase(slashes + 3, at - slashes - 2);
        const auto colon = login.find(':');
        proxy.login.user = percent_decoded(login.substr(0, colon)).value_or("");
        if (colon != std::string::npos)
            proxy.login.password = Secret(percent_decoded(login.substr(colon + 1)).value_or(""));
    }
    proxy.address = to_text(parse_proxy_address(address));
    return proxy;
}

}  // namespace

std::vector<SystemProxy> usable_proxies(const std::vector<std::string>& found) {
    std::vector<SystemProxy> usable;
    for (const std::string& url : found) {
        SystemProxy proxy;
        if (!url.starts_with("direct://")) try {
                proxy = proxy_in(url);
            } catch (const std::runtime_error& problem) {
                log::warning("a proxy in this computer's settings is left out: {}", problem.what());
                continue;
            }
        const auto is_same = [&](const SystemProxy& other) { return other.address == proxy.address; };
        if (std::find_if(usable.begin(), usable.end(), is_same) == usable.end()) usable.push_back(std::move(proxy));
    }
    if (usable.empty()) usable.emplace_back();
    return usable;
}

bool is_this_computer(const std::string& host) {
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(host, error);
    if (!error) return address.is_loopback();
    return host == "localhost" || host.ends_with(".localhost");
}

std::vector<SystemProxy> system_proxies(const HubAddress& hub) {
    if (is_this_computer(hub.host)) return usable_proxies({});
    const BusyThread busy;
    return usable_proxies(ask_libproxy("https://" + to_text(hub) + "/"));
}

}  // namespace pronto::tunnel
