#include "rfb-ext/control/ticket.hpp"

#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "rfb-ext/base/random.hpp"

namespace pronto::control {

namespace {

constexpr std::size_t digits_count = 5;
constexpr std::uint64_t values = 1 << 20;  // of five hex digits
constexpr std::size_t longest_typed = 64;

bool is_separator(char c) { return c == ' ' || c == '-' || c == '_' || c == '.' || c == '\t' || c == '\n' || c == '\r'; }
bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::string to_text(const Ticket& ticket) { return fmt::format("{}-{}", ticket.node, ticket.digits); }

std::optional<Ticket> parse_ticket(std::string_view typed) {
    if (typed.size() > longest_typed) return std::nullopt;
    std::string kept;
    for (const char c : typed)
        if (!is_separator(c)) kept += upper(c);
    if (kept.size() <= digits_count) return std::nullopt;
    const auto split = kept.size() - digits_count;
    Ticket ticket{0, kept.substr(split)};
    for (const char c : ticket.digits)
        if (!is_hex(c)) return std::nullopt;
    const auto [end, problem] = std::from_chars(kept.data(), kept.data() + split, ticket.node);
    if (problem != std::errc{} || end != kept.data() + split || ticket.node < 1) return std::nullopt;
    return ticket;
}

std::uint64_t to_number(const Ticket& ticket) {
    std::uint64_t value = 0;
    std::from_chars(ticket.digits.data(), ticket.digits.data() + ticket.digits.size(), value, 16);
    return static_cast<std::uint64_t>(ticket.node) * values + value;
}

std::optional<Ticket> parse_ticket_number(std::string_view digits) {
    std::uint64_t number = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (problem != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    const auto node = number / values;
    if (node < 1 || node > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) return std::nullopt;
    return Ticket{static_cast<int>(node), fmt::format("{:05X}", number % values)};
}

Ticket random_ticket(int node) {
    const auto bytes = random_bytes(3);
    const unsigned value = (static_cast<unsigned>(bytes[0]) << 16 | bytes[1] << 8 | bytes[2]) & 0xFFFFF;
    return {node, fmt::format("{:05X}", value)};
}

}  // namespace pronto::control
