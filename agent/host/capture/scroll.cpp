#include "agent/host/capture/scroll.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <vector>

namespace pronto::host {
namespace {

constexpr int strip_width = 64;
constexpr int least_rows = 12;         // a shorter run is cheaper to send
constexpr int least_votes = 12;
constexpr int context_rows = 4;
constexpr std::int64_t least_area = 4'096;

std::uint64_t hash_pixels(const std::uint32_t* pixels, int count) {
    std::uint64_t sum = 0x9E3779B97F4A7C15ULL + static_cast<std::uint64_t>(count);
    int at = 0;
    for (; at + 2 <= count; at += 2) {
        std::uint64_t two;
        std::memcpy(&two, pixels + at, sizeof two);
        sum = (sum ^ two) * 0xFF51AFD7ED558CCDULL;
        sum ^= sum >> 32;
    }
    if (at < count) sum = (sum ^ pixels[at]) * 0xFF51AFD7ED558CCDULL;
    return sum ^ sum >> 29;
}

/// Hashes of the pieces, strip after strip: [strip * height + row].
std::vector<std::uint64_t> hash_strips(Size size, const std::uint32_t* pixels, std::size_t stride) {
    const int strips = (size.width + strip_width - 1) / strip_width;
    std::vector<std::uint64_t> all(static_cast<std::size_t>(strips) * static_cast<std::size_t>(size.height));
    for (int y = 0; y < size.height; ++y)
        for (int s = 0; s < strips; ++s) {
            const int x = s * strip_width;
            all[static_cast<std::size_t>(s) * static_cast<std::size_t>(size.height) + static_cast<std::size_t>(y)] =
                hash_pixels(pixels + static_cast<std::size_t>(y) * stride + x, std::min(strip_width, size.width - x));
        }
    return all;
}

class Search {
public:
    explicit Search(const BeforeAfter& pictures)
        : size_(pictures.size),
          strips_((size_.width + strip_width - 1) / strip_width),
          before_(hash_strips(size_, pictures.before, pictures.before_stride)),
          after_(hash_strips(size_, pictures.after, pictures.after_stride)) {}

    std::optional<Scroll> run() {
        if (!vote()) return std::nullopt;
        const auto rows = longest_run(best_strip_);
        if (rows.height < least_rows) return std::nullopt;
        int first = best_strip_, last = best_strip_;
        while (first > 0 && matches(first - 1, rows)) --first;
        while (last + 1 < strips_ && matches(last + 1, rows)) ++last;
        Rect area{first * strip_width, rows.y, 0, rows.height};
        area.width = std::min((last + 1) * strip_width, size_.width) - area.x;
        if (std::int64_t{area.width} * area.height < least_area) return std::nullopt;
        return Scroll{area, by_};
    }

private:
    struct Rows { int y = 0; int height = 0; };

    std::uint64_t before(int strip, int y) const { return before_[index(strip, y)]; }
    std::uint64_t after(int strip, int y) const { return after_[index(strip, y)]; }
    std::size_t index(int strip, int y) const {
        return static_cast<std::size_t>(strip) * static_cast<std::size_t>(size_.height) + static_cast<std::size_t>(y);
    }

    /// Every changed piece that stood somewhere else before votes for that distance, judged by itself and the rows below it
    /// (inside of a bar all rows are alike); what stood in several places (blank lines) has no vote. Leaves the winner in by_ and the strip most sure of it in best_strip_.
    bool vote() {
        std::unordered_map<int, std::vector<int>> votes;  // distance -> votes of each strip
        std::unordered_map<int, int> totals;
        for (int s = 0; s < strips_; ++s) vote_of(s, votes, totals);
        int most = 0;
        for (const auto& [distance, count] : totals)
            if (count > most) { most = count; by_ = distance; }
        if (most < least_votes) return false;
        const auto& winners = votes[by_];
        for (int s = 0, best = -1; s < strips_; ++s)
            if (winners[static_cast<std::size_t>(s)] > best) {
                best = winners[static_cast<std::size_t>(s)];
                best_strip_ = s;
            }
        return true;
    }

    void vote_of(int s, std::unordered_map<int, std::vector<int>>& votes, std::unordered_map<int, int>& totals) const {
        constexpr int several = -1;
        std::unordered_map<std::uint64_t, int> places;
        for (int y = 0; y < size_.height; ++y) {
            const auto [at, fresh] = places.try_emplace(context(before_, s, y), y);
            if (!fresh) at->second = several;
        }
        for (int y = 0; y < size_.height; ++y) {
            if (after(s, y) == before(s, y)) continue;
            const auto found = places.find(context(after_, s, y));
            if (found == places.end() || found->second == several) continue;
            auto& each = votes[found->second - y];
            each.resize(static_cast<std::size_t>(strips_));
            ++each[static_cast<std::size_t>(s)];
            ++totals[found->second - y];
        }
    }

    std::uint64_t context(const std::vector<std::uint64_t>& pieces, int strip, int y) const {
        std::uint64_t sum = 0;
        for (int row = y; row < std::min(y + context_rows, size_.height); ++row)
            sum = (sum ^ pieces[index(strip, row)]) * 0xFF51AFD7ED558CCDULL;
        return sum;
    }
    bool same(int strip, int y) const {
        const int from = y + by_;
        return from >= 0 && from < size_.height && after(strip, y) == before(strip, from);
    }
    bool matches(int strip, Rows rows) const {
        for (int y = rows.y; y < rows.y + rows.height; ++y)
            if (!same(strip, y)) return false;
        return true;
    }
    Rows longest_run(int strip) const {
        Rows best, run;
        for (int y = 0; y < size_.height; ++y) {
            if (!same(strip, y)) { run = {y + 1, 0}; continue; }
            if (++run.height > best.height) best = run;
        }
        return best;
    }

    Size size_;
    int strips_;
    std::vector<std::uint64_t> before_, after_;
    int by_ = 0;
    int best_strip_ = 0;
};

}  // namespace

std::optional<Scroll> find_scroll(const BeforeAfter& pictures) {
    if (pictures.size.width <= 0 || pictures.size.height < least_rows * 2) return std::nullopt;
    return Search(pictures).run();
}

}  // namespace pronto::host
