#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "repeater/hub/records.hpp"

namespace pronto::recording {

/// How long movies are kept. 0: that rule is not there.
struct RetentionRules {
    std::int64_t days = 30;        ///< since the session's end
    std::int64_t count = 0;        ///< at most so many movies
    std::uint64_t bytes = 0;       ///< at most so much together
    std::uint64_t free_bytes = 0;  ///< at least so much of the disk is free
};

struct StoredMovie {
    std::string session;
    UnixMillis ended = 0;
    std::uint64_t bytes = 0;  ///< of all its files
    bool spared = false;      ///< under way, not finished yet, or held: counts, but is never removed
};
struct Removal {
    std::string session;
    std::uint64_t bytes = 0;
    std::string why;
    bool operator==(const Removal&) const = default;
};
/// What the rules remove, the oldest first. `free` is what the disk has now.
std::vector<Removal> removals(std::vector<StoredMovie> movies, const RetentionRules& rules, UnixMillis now,
                              std::uint64_t free);

/// What is in the folder, by what the database says of it; deleted movies are left out. Throws std::runtime_error if
/// the folder cannot be read.
std::vector<StoredMovie> stored_movies(const std::filesystem::path& folder,
                                       const std::vector<hub::MovieRecord>& movies);
/// Sessions whose movie was deleted while some file of it is still there: somebody was interrupted in it.
std::vector<std::string> undeleted(const std::filesystem::path& folder, const std::vector<hub::MovieRecord>& movies);

/// What the folder's disk has left for the hub's user.
std::uint64_t free_bytes(const std::filesystem::path& folder);

}  // namespace pronto::recording
