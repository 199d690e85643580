#pragma once

#include <string>
#include <vector>

#include "rfb-ext/base/geometry.hpp"
#include "rfb-ext/vnc/picture.hpp"

namespace pronto::fbs {

struct Comparison {
    std::int64_t compared = 0;  ///< pixels outside the ignored areas
    std::int64_t different = 0;
    std::string problem;        ///< why the pictures cannot be compared at all; then the rest is 0
    /// 0 .. 100; 100 if they cannot be compared.
    double percent() const;
    bool alike(double most_percent) const { return problem.empty() && percent() <= most_percent; }
};

/// Two pixels differ if any channel of theirs differs by more than `tolerance` (0 .. 255).
Comparison compare(const vnc::Picture& a, const vnc::Picture& b, const std::vector<Rect>& ignored, int tolerance);

}  // namespace pronto::fbs
