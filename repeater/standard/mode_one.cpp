#include "repeater/standard/mode_one.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <fmt/format.h>

#include "rfb-ext/base/result.hpp"

namespace pronto::standard {

namespace {

std::vector<unsigned char> bytes_of(const asio::ip::address& address) {
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        return {bytes.begin(), bytes.end()};
    }
    const auto bytes = address.to_v6().to_bytes();
    return {bytes.begin(), bytes.end()};
}

bool same_network(const asio::ip::address& a, const asio::ip::address& b, unsigned prefix) {
    if (a.is_v4() != b.is_v4()) return false;
    const auto left = bytes_of(a);
    const auto right = bytes_of(b);
    for (std::size_t i = 0; i < left.size() && prefix > 0; ++i) {
        const unsigned bits = std::min(prefix, 8u);
        const auto mask = static_cast<unsigned char>(0xFF00 >> bits);
        if ((left[i] & mask) != (right[i] & mask)) return false;
        prefix -= bits;
    }
    return true;
}

bool never(const asio::ip::address& address) {
    if (address.is_loopback() || address.is_unspecified() || address.is_multicast()) return true;
    if (address.is_v4()) return same_network(address, asio::ip::make_address("169.254.0.0"), 16) || bytes_of(address)[0] == 0;
    const auto v6 = address.to_v6();
    return v6.is_v4_mapped() || v6.is_link_local() || v6.is_site_local();
}

unsigned number(std::string_view text, unsigned most) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value > most) throw std::invalid_argument("number");
    return value;
}

}  // namespace

ModeOneRules::ModeOneRules(const std::vector<std::string>& allowed, std::vector<std::uint16_t> own_ports)
    : own_ports_(std::move(own_ports)) {
    for (const auto& text : allowed) {
        try {
            rules_.push_back(parse(text));
        } catch (const std::exception&) {
            throw std::runtime_error(
                fmt::format("setting standard.mode1_allow has \"{}\", but each must be like \"192.0.2.0/24:5900-5910\" or \"[2001:db8::]/32:5900\"", text));
        }
    }
}

ModeOneRules::Rule ModeOneRules::parse(const std::string& text) {
    const bool bracketed = text.starts_with('[');
    const auto close = text.find(']');
    const auto colon = text.find(':', bracketed ? close : 0);
    if (colon == std::string::npos) throw std::invalid_argument("no port");
    const auto slash = text.substr(0, colon).find('/', bracketed ? close : 0);
    Rule rule;
    const auto address_end = std::min(slash, colon);
    rule.network = asio::ip::make_address(bracketed ? text.substr(1, close - 1) : text.substr(0, address_end));
    const unsigned whole = rule.network.is_v4() ? 32 : 128;
    rule.prefix = slash == std::string::npos ? whole : number(std::string_view(text).substr(slash + 1, colon - slash - 1), whole);
    const auto ports = std::string_view(text).substr(colon + 1);
    const auto dash = ports.find('-');
    rule.first_port = static_cast<std::uint16_t>(number(ports.substr(0, dash), 65'535));
    rule.last_port = dash == std::string_view::npos ? rule.first_port : static_cast<std::uint16_t>(number(ports.substr(dash + 1), 65'535));
    if (rule.first_port == 0 || rule.last_port < rule.first_port) throw std::invalid_argument("ports");
    return rule;
}

bool ModeOneRules::allow(const asio::ip::address& address, std::uint16_t port, bool own) const {
    if (never(address)) return false;
    if (own && std::find(own_ports_.begin(), own_ports_.end(), port) != own_ports_.end()) return false;
    return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
        return port >= rule.first_port && port <= rule.last_port && same_network(address, rule.network, rule.prefix);
    });
}

}  // namespace pronto::standard
