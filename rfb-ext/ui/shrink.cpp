#include "rfb-ext/ui/shrink.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace pronto::ui {
namespace {

constexpr std::uint32_t one = 256;  // the sum of one result pixel's weights along one axis

/// The source pixels, and their weights, that make up each result pixel along one axis.
struct Axis {
    struct Span {
        int first = 0;
        int count = 0;
        std::size_t weights = 0;  // index into `weights`
    };
    std::vector<Span> spans;
    std::vector<std::uint32_t> weights;
};

/// Weights in 1/256: each is rounded towards the running total, so that they always add up to 256.
void add_span(Axis& axis, std::int64_t at, std::int64_t from, std::int64_t to) {
    // In units of 1/to source pixel, result pixel `at` covers [at * from, (at + 1) * from).
    const std::int64_t begin = at * from, end = begin + from;
    Axis::Span span{static_cast<int>(begin / to), 0, axis.weights.size()};
    std::uint32_t given = 0;
    for (std::int64_t pixel = span.first; pixel * to < end; ++pixel, ++span.count) {
        const std::int64_t covered = std::min(end, (pixel + 1) * to) - begin;
        const auto total = static_cast<std::uint32_t>((covered * one + from / 2) / from);
        axis.weights.push_back(total - given);
        given = total;
    }
    axis.spans.push_back(span);
}

Axis axis_of(int from, int to, int begin, int count) {
    Axis axis;
    axis.spans.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) add_span(axis, begin + i, from, to);
    return axis;
}

/// Three channels of one row of sums.
using Sums = std::array<std::vector<std::uint32_t>, 3>;

void add_row(Sums& sums, const std::uint32_t* row, std::size_t width, std::uint32_t weight) {
    std::uint32_t* red = sums[0].data();
    std::uint32_t* green = sums[1].data();
    std::uint32_t* blue = sums[2].data();
    for (std::size_t x = 0; x < width; ++x) {
        red[x] += (row[x] >> 16 & 0xFF) * weight;
        green[x] += (row[x] >> 8 & 0xFF) * weight;
        blue[x] += (row[x] & 0xFF) * weight;
    }
}

std::uint32_t mean(const Sums& sums, std::size_t first, const std::uint32_t* weights, int count) {
    std::uint32_t red = 0, green = 0, blue = 0;
    for (int i = 0; i < count; ++i) {
        const std::size_t x = first + static_cast<std::size_t>(i);
        red += sums[0][x] * weights[i];
        green += sums[1][x] * weights[i];
        blue += sums[2][x] * weights[i];
    }
    constexpr std::uint32_t half = one * one / 2;
    return (red + half) >> 16 << 16 | (green + half) >> 16 << 8 | (blue + half) >> 16;
}

void copy_part(const PixelView& source, const Rect& part, std::uint32_t* out) {
    for (int y = 0; y < part.height; ++y) {
        const std::uint32_t* row = source.pixels + static_cast<std::ptrdiff_t>(part.y + y) * source.stride + part.x;
        for (int x = 0; x < part.width; ++x) *out++ = row[x] & 0xFFFFFF;
    }
}

}  // namespace

void scale_part(const PixelView& source, Size whole, const Rect& part, std::uint32_t* out) {
    if (part.empty() || source.size.width <= 0 || source.size.height <= 0) return;
    if (source.size == whole) return copy_part(source, part, out);
    const Axis across = axis_of(source.size.width, whole.width, part.x, part.width);
    const Axis down = axis_of(source.size.height, whole.height, part.y, part.height);
    const int left = across.spans.front().first;
    const auto width = static_cast<std::size_t>(across.spans.back().first + across.spans.back().count - left);
    Sums sums;
    for (const auto& span : down.spans) {
        for (auto& channel : sums) channel.assign(width, 0);
        for (int i = 0; i < span.count; ++i)
            add_row(sums, source.pixels + static_cast<std::ptrdiff_t>(span.first + i) * source.stride + left, width,
                    down.weights[span.weights + static_cast<std::size_t>(i)]);
        for (const auto& column : across.spans)
            *out++ = mean(sums, static_cast<std::size_t>(column.first - left), &across.weights[column.weights], column.count);
    }
}

Rect scaled_damage(const Rect& changed, Size source, Size whole) {
    if (changed.empty() || source.width <= 0 || source.height <= 0) return {};
    const auto down = [](std::int64_t at, std::int64_t from, std::int64_t to) { return static_cast<int>(at * to / from); };
    const auto up = [](std::int64_t at, std::int64_t from, std::int64_t to) {
        return static_cast<int>((at * to + from - 1) / from);
    };
    const int left = std::max(0, down(changed.x, source.width, whole.width));
    const int top = std::max(0, down(changed.y, source.height, whole.height));
    const int right = std::min(whole.width, up(std::int64_t{changed.x} + changed.width, source.width, whole.width));
    const int bottom = std::min(whole.height, up(std::int64_t{changed.y} + changed.height, source.height, whole.height));
    return {left, top, std::max(0, right - left), std::max(0, bottom - top)};
}

}  // namespace pronto::ui
