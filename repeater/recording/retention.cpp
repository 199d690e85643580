#include "repeater/recording/retention.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "repeater/recording/movie_files.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::recording {

namespace {

using hub::MovieState;

constexpr UnixMillis day_ms = 24LL * 3600 * 1000;

bool is_spared(const hub::MovieRecord& movie) {
    const bool outcome = movie.state == MovieState::finished || movie.state == MovieState::failed;
    return !outcome || !movie.hold.empty() || !movie.ended;
}

}  // namespace

std::vector<Removal> removals(std::vector<StoredMovie> movies, const RetentionRules& rules, UnixMillis now,
                              std::uint64_t free) {
    std::sort(movies.begin(), movies.end(), [](const auto& a, const auto& b) { return a.ended < b.ended; });
    auto count = static_cast<std::int64_t>(movies.size());
    std::uint64_t bytes = 0;
    for (const auto& movie : movies) bytes += movie.bytes;
    const auto why = [&](const StoredMovie& movie) -> std::string {
        if (rules.days > 0 && movie.ended < now - rules.days * day_ms)
            return fmt::format("older than {} day{}", rules.days, rules.days == 1 ? "" : "s");
        if (rules.count > 0 && count > rules.count) return fmt::format("more than {} movies", rules.count);
        if (rules.bytes > 0 && bytes > rules.bytes)
            return fmt::format("the movies have more than {}", human_bytes(rules.bytes));
        if (rules.free_bytes > 0 && free < rules.free_bytes)
            return fmt::format("the disk has less than {} left", human_bytes(rules.free_bytes));
        return {};
    };
    std::vector<Removal> removed;
    for (const auto& movie : movies) {
        if (movie.spared) continue;
        auto words = why(movie);
        if (words.empty()) continue;
        removed.push_back({movie.session, movie.bytes, std::move(words)});
        --count;
        bytes -= movie.bytes;
        free += movie.bytes;
    }
    return removed;
}

std::vector<StoredMovie> stored_movies(const std::filesystem::path& folder,
                                       const std::vector<hub::MovieRecord>& movies) {
    const auto bytes = bytes_by_session(folder);
    std::vector<StoredMovie> stored;
    for (const auto& movie : movies) {
        if (movie.state == MovieState::deleted) continue;
        const auto found = bytes.find(movie.session);
        stored.push_back({movie.session, movie.ended.value_or(movie.changed), found == bytes.end() ? 0 : found->second,
                          is_spared(movie)});
    }
    return stored;
}

std::vector<std::string> undeleted(const std::filesystem::path& folder, const std::vector<hub::MovieRecord>& movies) {
    const auto bytes = bytes_by_session(folder);
    std::vector<std::string> sessions;
    for (const auto& movie : movies)
        if (movie.state == MovieState::deleted && bytes.contains(movie.session)) sessions.push_back(movie.session);
    return sessions;
}

std::uint64_t free_bytes(const std::filesystem::path& folder) {
    return std::filesystem::space(folder).available;
}

}  // namespace pronto::recording
