#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Operators' passwords: Argon2id (RFC 9106) with 19 MiB, 2 passes, 1 lane, as OWASP's Password Storage Cheat Sheet has
/// it. Each takes tens of milliseconds and 19 MiB: callers keep it off the control and relay threads and bound how many
/// run.
namespace pronto::admin {

inline constexpr std::size_t shortest_password = 12;  ///< characters
inline constexpr std::size_t longest_password_bytes = 1024;

/// Why `password` cannot be an operator's, in words; nothing if it can.
std::optional<std::string> password_problem(std::string_view password);

/// A PHC string with a fresh salt. Throws std::runtime_error if there is not enough memory.
std::string hash_password(std::string_view password);
/// Does `password` belong to the PHC string? Takes the same time wherever they differ. False for a broken string.
bool verify_password(const std::string& phc, std::string_view password);
/// As long as a verification, always false: for unknown or disabled users, so that the time tells nothing.
bool verify_nobody(std::string_view password);

/// 20 characters that are not mistaken for each other (99 random bits), in groups: "h7qx2-...".
std::string generated_password();

}  // namespace pronto::admin
