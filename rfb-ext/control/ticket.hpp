#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pronto::control {

/// `N-XXXXX`: the hub's node number (decimal), a dash, five upper-case hex digits.
struct Ticket {
    int node = 0;
    std::string digits;
    bool operator==(const Ticket&) const = default;
};

std::string to_text(const Ticket& ticket);
/// Forgiving, as people type: "1e75b1", " 1 E75B1", "1-e75b1" are all 1-E75B1. Nothing if it cannot be a ticket.
std::optional<Ticket> parse_ticket(std::string_view typed);
/// The same ticket in digits only, for VNC servers that register with nothing else: node * 2^20 + the five hex digits, so
/// always over a million (small numbers are displays to some peers).
std::uint64_t to_number(const Ticket& ticket);
/// Nothing if these are not digits only, or no ticket has that number.
std::optional<Ticket> parse_ticket_number(std::string_view digits);
/// Fresh from the CSPRNG; the caller keeps live ones unique.
Ticket random_ticket(int node);

}  // namespace pronto::control
