#include "repeater/web/byte_range.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace pronto::web {

namespace {

constexpr std::string_view unit = "bytes=";

bool is_in_bytes(std::string_view range) {
    return range.size() >= unit.size() &&
           std::equal(unit.begin(), unit.end(), range.begin(), [](char ours, char theirs) {
               return ours == (theirs >= 'A' && theirs <= 'Z' ? theirs - 'A' + 'a' : theirs);
           });
}

/// Digits only; more of them than fit are as good as the largest number.
std::optional<std::uint64_t> number_in(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || end != text.data() + text.size()) return std::nullopt;
    return problem == std::errc{} ? number : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

Piece piece_of(std::string_view range, std::uint64_t size) {
    if (!is_in_bytes(range)) return {size > longest_piece ? Piece::Kind::too_large : Piece::Kind::whole, 0, size};
    range.remove_prefix(unit.size());
    const auto dash = range.find('-');
    if (dash == std::string_view::npos) return {};
    const auto before = range.substr(0, dash), behind = range.substr(dash + 1);
    const auto last = number_in(behind);
    if (!last && !behind.empty()) return {};
    if (before.empty()) {  // so many bytes at the end
        const auto wanted = std::min(last.value_or(0), size);
        if (wanted == 0) return {};
        return {Piece::Kind::part, size - wanted, std::min(wanted, longest_piece)};
    }
    const auto first = number_in(before);
    if (!first || *first >= size || (last && *last < *first)) return {};
    const auto left = size - *first;
    const auto wanted = last ? std::min(left - 1, *last - *first) + 1 : left;
    return {Piece::Kind::part, *first, std::min(wanted, longest_piece)};
}

}  // namespace pronto::web
