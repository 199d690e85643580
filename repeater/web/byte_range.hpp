#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// Which bytes of a file a request asks for (RFC 9110 section 14).
namespace pronto::web {

/// An answer holds this much at most: what is asked for beyond it is left out, as RFC 9110 section 15.3.7 allows.
inline constexpr std::uint64_t longest_piece = 4 * 1024 * 1024;

struct Piece {
    enum class Kind {
        whole,      ///< no range was asked for, or in a unit nobody knows
        part,       ///< `first` and `bytes` say which; never empty
        none,       ///< no such bytes, several ranges, or not a range at all: 416
        too_large,  ///< the whole, which is longer than `longest_piece`
    };
    Kind kind = Kind::none;
    std::uint64_t first = 0;
    std::uint64_t bytes = 0;
    bool operator==(const Piece&) const = default;
};

/// `range` is the header's value, empty if there is none; `size` the file's.
Piece piece_of(std::string_view range, std::uint64_t size);

}  // namespace pronto::web
