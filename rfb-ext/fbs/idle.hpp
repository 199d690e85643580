#pragma once

#include <cstdint>

namespace pronto::fbs {

/// Of times without change players and exports show only so much where idle time is skipped.
inline constexpr std::uint32_t longest_idle_ms = 2'000;

}  // namespace pronto::fbs
