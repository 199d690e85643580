#pragma once

#include <algorithm>

#include "rfb-ext/control/messages.hpp"

namespace pronto::agent {

/// A hub may ask for any time; a question nobody can read, or that stands for ever, is none.
inline Millis time_to_answer(const control::SessionAsk& ask) {
    constexpr std::int64_t shortest_ms = 1'000, longest_ms = 10 * 60'000;
    return Millis(std::clamp(ask.timeout_ms, shortest_ms, longest_ms));
}

}  // namespace pronto::agent
