#pragma once

#include <cstdlib>

/// What must hold whatever the input: a fuzzer reports the abort with the input that led to it.
inline void require(bool holds) {
    if (!holds) std::abort();
}
