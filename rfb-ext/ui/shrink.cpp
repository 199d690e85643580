#include "rfb-ext/ui/shrink.hpp"

#include <algorithm>
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

/// Several source rows made into one. Four bytes a pixel are four numbers to add up, whatever they mean: in 16 bits,
/// which the sum of bytes times weights (256 in all) just fills, compilers do eight at once.
class RowBlender {
public:
    explicit RowBlender(std::size_t width) : sums_(width * 4), row_(width) {}
    const std::uint32_t* blend(const std::uint32_t* first, std::ptrdiff_t stride, const std::uint32_t* weights,
                               int count) {
        if (count == 1) return first;
        std::fill(sums_.begin(), sums_.end(), static_cast<std::uint16_t>(one / 2));  // rounds the division below
        for (int i = 0; i < count; ++i) add(first + i * stride, static_cast<std::uint16_t>(weights[i]));
        auto* out = reinterpret_cast<std::uint8_t*>(row_.data());
        for (std::size_t i = 0; i < sums_.size(); ++i) out[i] = static_cast<std::uint8_t>(sums_[i] >> 8);
        return row_.data();
    }

private:
    void add(const std::uint32_t* row, std::uint16_t weight) {
        const auto* in = reinterpret_cast<const std::uint8_t*>(row);
        for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] = static_cast<std::uint16_t>(sums_[i] + in[i] * weight);
    }
    std::vector<std::uint16_t> sums_;
    std::vector<std::uint32_t> row_;
};

/// A result pixel made of one or two neighbours: what every one is when a side is at least halved or enlarged.
struct Pair {
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    std::uint32_t first_weight = 0;
    std::uint32_t second_weight = 0;
};

std::vector<Pair> pairs_of(const Axis& axis, int begin) {
    std::vector<Pair> pairs;
    for (const auto& span : axis.spans) {
        if (span.count > 2) return {};
        const auto first = static_cast<std::uint32_t>(span.first - begin);
        const bool two = span.count == 2;
        pairs.push_back(
            {first, first + (two ? 1 : 0), axis.weights[span.weights], two ? axis.weights[span.weights + 1] : 0});
    }
    return pairs;
}

std::uint32_t mean(const std::uint32_t* row, const Pair& pair) {
    const std::uint32_t a = row[pair.first], b = row[pair.second];
    const std::uint32_t red_blue =
        (a & 0xFF00FF) * pair.first_weight + (b & 0xFF00FF) * pair.second_weight + 0x00800080;
    const std::uint32_t green = (a & 0x00FF00) * pair.first_weight + (b & 0x00FF00) * pair.second_weight + 0x00008000;
    return (red_blue >> 8 & 0xFF00FF) | (green >> 8 & 0x00FF00);
}

/// The mean of neighbouring pixels; red and blue are added up together, 16 bits apart.
std::uint32_t mean(const std::uint32_t* pixels, const std::uint32_t* weights, int count) {
    std::uint32_t red_blue = 0x00800080, green = 0x00008000;
    for (int i = 0; i < count; ++i) {
        red_blue += (pixels[i] & 0xFF00FF) * weights[i];
        green += (pixels[i] & 0x00FF00) * weights[i];
    }
    return (red_blue >> 8 & 0xFF00FF) | (green >> 8 & 0x00FF00);
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
    RowBlender blender(static_cast<std::size_t>(across.spans.back().first + across.spans.back().count - left));
    const auto pairs = pairs_of(across, left);
    const auto columns = static_cast<std::ptrdiff_t>(across.spans.size());
    const Axis::Span* before = nullptr;
    for (const auto& span : down.spans) {
        if (before && span.count == 1 && before->count == 1 && before->first == span.first) {  // enlarging repeats rows
            out = std::copy(out - columns, out, out);
            continue;
        }
        before = &span;
        const auto* first = source.pixels + static_cast<std::ptrdiff_t>(span.first) * source.stride + left;
        const auto* row = blender.blend(first, source.stride, &down.weights[span.weights], span.count);
        if (!pairs.empty())
            out = std::transform(pairs.begin(), pairs.end(), out, [row](const Pair& pair) { return mean(row, pair); });
        else
            for (const auto& column : across.spans)
                *out++ = mean(row + (column.first - left), &across.weights[column.weights], column.count);
    }
}

Rect scaled_damage(const Rect& changed, Size source, Size whole) {
    if (changed.empty() || source.width <= 0 || source.height <= 0) return {};
    const auto down = [](std::int64_t at, std::int64_t from, std::int64_t to) {
        return static_cast<int>(at * to / from);
    };
    const auto up = [](std::int64_t at, std::int64_t from, std::int64_t to) {
        return static_cast<int>((at * to + from - 1) / from);
    };
    const int left = std::max(0, down(changed.x, source.width, whole.width));
    const int top = std::max(0, down(changed.y, source.height, whole.height));
    const int right = std::min(whole.width, up(std::int64_t{changed.x} + changed.width, source.width, whole.width));
    const int bottom =
        std::min(whole.height, up(std::int64_t{changed.y} + changed.height, source.height, whole.height));
    return {left, top, std::max(0, right - left), std::max(0, bottom - top)};
}

}  // namespace pronto::ui
