#include "rfb-ext/tunnel/proxy_settings.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/tunnel/hub_address.hpp"

namespace pronto::tunnel {

namespace {

struct Scheme {
    std::string_view name;
    ProxyAddress::Kind kind;
    std::uint16_t port;
};
/// The first name of a kind is the one we write. "socks" is what PAC files and desktops say.
constexpr Scheme schemes[] = {
    {"http", ProxyAddress::Kind::http, 80},       {"https", ProxyAddress::Kind::https, 443},
    {"socks5", ProxyAddress::Kind::socks5, 1080}, {"socks5h", ProxyAddress::Kind::socks5, 1080},
    {"socks", ProxyAddress::Kind::socks5, 1080},
};

std::string lower(std::string_view text) {
    std::string made(text);
    std::transform(made.begin(), made.end(), made.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return made;
}

[[noreturn]] void refuse_proxy(std::string_view text) {
    throw std::runtime_error(
        fmt::format("\"{}\" is not the address of a proxy: write it like http://proxy.example:3128, "
                    "https://proxy.example:3129 or socks5://proxy.example:1080",
                    presentable(text, 300)));
}

const Scheme& scheme_of(std::string_view& text) {
    const auto end = text.find("://");
    if (end == std::string_view::npos) return schemes[0];
    const std::string name = lower(text.substr(0, end));
    const auto* const found =
        std::find_if(std::begin(schemes), std::end(schemes), [&](const Scheme& s) { return s.name == name; });
    if (found == std::end(schemes)) refuse_proxy(text);
    text.remove_prefix(end + 3);
    return *found;
}

}  // namespace

ProxyAddress parse_proxy_address(std::string_view text) {
    // Not even quoted in the message: what stands before the @ is a secret.
    if (text.find('@') != std::string_view::npos)
        throw std::runtime_error(
            "a proxy's address holds no user and no password: give the user with --proxy-user and the "
            "password with --proxy-password-file");
    std::string_view rest = text;
    const Scheme& scheme = scheme_of(rest);
    if (rest.ends_with('/')) rest.remove_suffix(1);
    try {
        HubAddress place = parse_hub_address(rest, scheme.port);
        return {scheme.kind, std::move(place.host), place.port};
    } catch (const std::runtime_error&) {
        refuse_proxy(text);
    }
}

std::string to_text(const ProxyAddress& proxy) {
    const auto* const scheme =
        std::find_if(std::begin(schemes), std::end(schemes), [&](const Scheme& s) { return s.kind == proxy.kind; });
    return fmt::format("{}://{}", scheme->name, to_text(HubAddress{proxy.host, proxy.port}));
}

ProxySettings parse_proxy(std::string_view text) {
    ProxySettings settings;
    const std::string word = lower(text);
    if (word == "system") return settings;
    if (word == "none" || word == "direct") {
        settings.mode = ProxySettings::Mode::none;
        return settings;
    }
    if (text.empty())
        throw std::runtime_error(
            "the proxy is missing: write \"system\", \"none\" or an address like http://proxy.example:3128");
    settings.mode = ProxySettings::Mode::custom;
    settings.url = to_text(parse_proxy_address(text));
    return settings;
}

}  // namespace pronto::tunnel
