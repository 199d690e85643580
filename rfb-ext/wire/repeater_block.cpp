#include "rfb-ext/wire/repeater_block.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "rfb-ext/wire/errors.hpp"

namespace pronto::wire {

namespace {

constexpr std::size_t longest_id = 64, longest_secret = 128;
constexpr int first_display_port = 5900, displays = 100;

bool printable(char c) {
    return c >= ' ' && c <= '~';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Without blanks and line ends around it.
std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool begins_with_id(std::string_view text) {
    return text.size() >= 3 && (text[0] == 'I' || text[0] == 'i') && (text[1] == 'D' || text[1] == 'd') &&
           text[2] == ':';
}

/// `text` is what follows "ID:".
Result<RepeaterId> read_id(std::string_view text) {
    const auto semicolon = text.find(';');
    auto id = trimmed(text.substr(0, semicolon));
    const auto secret = semicolon == text.npos ? std::string_view() : text.substr(semicolon + 1);
    if (const auto colon = id.find(':'); colon != id.npos) {
        const auto appended = id.substr(colon);
        if (!std::all_of(appended.begin(), appended.end(), [](char c) { return c == ':' || is_digit(c); }))
            return WireError::bad_repeater_id;
        id = trimmed(id.substr(0, colon));
    }
    if (id.empty() || id.size() > longest_id || secret.size() > longest_secret) return WireError::bad_repeater_id;
    return RepeaterId{std::string(id), std::string(secret)};
}

/// A host's text in its parts.
struct HostText {
    std::string_view host;
    std::string_view number;  ///< with the colons before it, or empty
};

std::optional<HostText> split(std::string_view text) {
    const auto is_name = [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_'; };
    const auto is_address = [&](char c) { return is_name(c) || c == ':' || c == '%'; };
    HostText parts;
    const bool brackets = text.starts_with('[');
    const auto end = std::min(text.find(brackets ? ']' : ':'), text.size());
    if (brackets && end == text.size()) return std::nullopt;
    parts.host = text.substr(0, end);
    parts.number = text.substr(end);
    if (brackets) parts = {parts.host.substr(1), parts.number.substr(1)};
    const bool well_formed = brackets ? std::all_of(parts.host.begin(), parts.host.end(), is_address)
                                      : std::all_of(parts.host.begin(), parts.host.end(), is_name);
    if (parts.host.empty() || !well_formed) return std::nullopt;
    return parts;
}

/// "", ":display", ":port" or "::port".
std::optional<std::uint16_t> read_port(std::string_view text) {
    if (text.empty()) return first_display_port;
    const bool exact = text.starts_with("::");
    if (!exact && text[0] != ':') return std::nullopt;
    text.remove_prefix(exact ? 2 : 1);
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (!exact && number < displays) return static_cast<std::uint16_t>(first_display_port + number);
    if (number == 0) return std::nullopt;
    return number;
}

Result<RepeaterHost> read_host(std::string_view text) {
    const auto parts = split(text);
    const auto port = parts ? read_port(parts->number) : std::nullopt;
    if (!port) return WireError::bad_repeater_host;
    return RepeaterHost{std::string(parts->host), *port};
}

}  // namespace

Result<std::variant<RepeaterId, RepeaterHost>> read_repeater_block(ByteView whole_block) {
    if (whole_block.size() != repeater_block_bytes) return WireError::bad_repeater_block;
    auto text = as_text(whole_block);
    text = trimmed(text.substr(0, text.find('\0')));
    if (text.empty() || !std::all_of(text.begin(), text.end(), printable)) return WireError::bad_repeater_block;
    if (begins_with_id(text)) {
        auto id = read_id(text.substr(3));
        if (!id) return id.error();
        return std::move(*id);
    }
    auto host = read_host(text);
    if (!host) return host.error();
    return std::move(*host);
}

Bytes write_repeater_block(std::string_view text) {
    if (text.size() >= repeater_block_bytes)
        throw std::length_error("a repeater's block has no room for so long a text");
    Bytes block(repeater_block_bytes);
    std::copy(text.begin(), text.end(), block.begin());
    return block;
}

}  // namespace pronto::wire
