#include "rfb-ext/fbs/compare.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace pronto::fbs {

namespace {

bool inside(const Rect& area, int x, int y) {
    return x >= area.x && y >= area.y && x - area.x < area.width && y - area.y < area.height;
}

bool differ(std::uint32_t a, std::uint32_t b, int tolerance) {
    for (const int shift : {16, 8, 0}) {
        const auto channel = [shift](std::uint32_t pixel) { return static_cast<int>(pixel >> shift & 255); };
        if (std::abs(channel(a) - channel(b)) > tolerance) return true;
    }
    return false;
}

}  // namespace

double Comparison::percent() const {
    return compared == 0 ? 100.0 : 100.0 * static_cast<double>(different) / static_cast<double>(compared);
}

Comparison compare(const vnc::Picture& a, const vnc::Picture& b, const std::vector<Rect>& ignored, int tolerance) {
    Comparison result;
    if (a.size != b.size) {
        result.problem = fmt::format("the pictures differ in size: {}x{} and {}x{}", a.size.width, a.size.height,
                                     b.size.width, b.size.height);
        return result;
    }
    for (int y = 0; y < a.size.height; ++y)
        for (int x = 0; x < a.size.width; ++x) {
            if (std::any_of(ignored.begin(), ignored.end(), [&](const Rect& area) { return inside(area, x, y); }))
                continue;
            ++result.compared;
            if (differ(a.row(y)[x], b.row(y)[x], tolerance)) ++result.different;
        }
    if (result.compared == 0) result.problem = "nothing is left to compare";
    return result;
}

}  // namespace pronto::fbs
