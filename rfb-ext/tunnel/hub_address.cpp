#include "rfb-ext/tunnel/hub_address.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "rfb-ext/base/text.hpp"

namespace pronto::tunnel {

namespace {

constexpr std::string_view pin_prefix = "sha256:";

[[noreturn]] void refuse_address(std::string_view text) {
    if (text.empty()) throw std::runtime_error("the hub's address is missing: write it like hub.example or hub.example:8443");
    throw std::runtime_error(fmt::format(
        "\"{}\" is not the address of a hub: write it like hub.example, hub.example:8443 or [::1]:443", presentable(text, 300)));
}

std::optional<std::uint16_t> port_from(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_ipv6(std::string_view host) {
    const auto digits = host.substr(0, host.find('%'));  // the rest is a zone: "fe80::1%eth0"
    const auto zone = host.substr(digits.size());
    const bool has_colon = digits.find(':') != std::string_view::npos;
    return has_colon && digits.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos &&
           (zone.empty() || (zone.size() > 1 && std::all_of(zone.begin() + 1, zone.end(), is_name_character)));
}

/// "[::1]" and "[::1]:443".
HubAddress parse_bracketed(std::string_view text, std::uint16_t fallback_port) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) refuse_address(text);
    const std::string_view host = text.substr(1, end - 1);
    const std::string_view rest = text.substr(end + 1);
    if (!is_ipv6(host)) refuse_address(text);
    if (rest.empty()) return {std::string(host), fallback_port};
    const auto port = rest.front() == ':' ? port_from(rest.substr(1)) : std::nullopt;
    if (!port) refuse_address(text);
    return {std::string(host), *port};
}

}  // namespace

Pin parse_pin(std::string_view text) {
    const auto bytes = text.starts_with(pin_prefix) ? from_hex(text.substr(pin_prefix.size())) : std::nullopt;
    Pin pin{};
    if (text.empty()) throw std::runtime_error(fmt::format("a hub's pin is missing: it is written {}<64 hex digits>", pin_prefix));
    if (!bytes || bytes->size() != pin.size())
        throw std::runtime_error(fmt::format(
            "\"{}\" is not a hub's pin: it is written {}<64 hex digits>, as the hub prints it when it starts",
            presentable(text, 100), pin_prefix));
    std::copy(bytes->begin(), bytes->end(), pin.begin());
    return pin;
}

std::string to_text(const Pin& pin) { return std::string(pin_prefix) + hex(pin); }

HubAddress parse_hub_address(std::string_view text, std::uint16_t fallback_port) {
    if (text.starts_with('[')) return parse_bracketed(text, fallback_port);
    const auto colon = text.find(':');
    const std::string_view host = text.substr(0, colon);
    if (host.empty() || host.size() > 253 || !std::all_of(host.begin(), host.end(), is_name_character)) refuse_address(text);
    if (colon == std::string_view::npos) return {std::string(host), fallback_port};
    const auto port = port_from(text.substr(colon + 1));
    if (!port) refuse_address(text);
    return {std::string(host), *port};
}

std::string to_text(const HubAddress& address) {
    const bool ipv6 = address.host.find(':') != std::string::npos;
    return ipv6 ? fmt::format("[{}]:{}", address.host, address.port) : fmt::format("{}:{}", address.host, address.port);
}

}  // namespace pronto::tunnel
