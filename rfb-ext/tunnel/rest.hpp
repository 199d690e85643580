#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace pronto::tunnel {

/// Which bytes of how many an answer holds.
struct ContentRange {
    std::uint64_t first = 0;
    std::uint64_t bytes = 0;  ///< at least one
    std::uint64_t size = 0;   ///< of the whole
    bool operator==(const ContentRange&) const = default;
};

/// A request of the hub's REST API.
struct RestRequest {
    std::string method;  ///< "GET", "POST"
    std::string target;  ///< path and query, from "/api/v1/" on; printable ASCII
    std::string body{};  ///< JSON; empty: none
    std::uint64_t first = 0;
    std::uint64_t bytes = 0;  ///< not 0: only these bytes of what stands there, from `first` on
};
struct RestAnswer {
    unsigned status = 0;
    std::string body;                   ///< at most `longest_rest_answer`
    std::optional<ContentRange> range;  ///< what the hub says the body is, if it is a part
};
inline constexpr std::uint64_t longest_rest_answer = 1024 * 1024;

}  // namespace pronto::tunnel
