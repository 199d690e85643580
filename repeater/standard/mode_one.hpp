#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace pronto::standard {

namespace asio = boost::asio;

/// Where viewers may be connected to by mode I of UltraVNC's repeater. An open relay into one's own network is what the
/// peers were blamed for (CVE-2016-5673), so only what is listed, and of that never: loopback, link-local, multicast,
/// unspecified and IPv4-mapped addresses, nor the hub's own ports on its own addresses.
class ModeOneRules {
public:
    /// Each "192.0.2.0/24:5900-5910", "[2001:db8::]/32:5900", "192.0.2.7:5900". Throws std::runtime_error naming the one
    /// that is wrong.
    explicit ModeOneRules(const std::vector<std::string>& allowed = {}, std::vector<std::uint16_t> own_ports = {});
    bool any() const { return !rules_.empty(); }
    /// `address`: what the host's name was resolved to, not the name; `own`: this computer has it.
    bool allow(const asio::ip::address& address, std::uint16_t port, bool own) const;

private:
    struct Rule {
        asio::ip::address network;
        unsigned prefix = 0;
        std::uint16_t first_port = 0;
        std::uint16_t last_port = 0;
    };
    static Rule parse(const std::string& text);

    std::vector<Rule> rules_;
    std::vector<std::uint16_t> own_ports_;
};

}  // namespace pronto::standard
