#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/geometry.hpp"
#include "rfb-ext/fbs/canonical_writer.hpp"

namespace pronto::fbs {

/// What is known about a finished movie, in the JSON file beside it. Times are milliseconds since the movie's start.
struct MovieFacts {
    struct Resize {
        std::uint32_t at_ms = 0;
        Size size;
        bool operator==(const Resize&) const = default;
    };
    /// Time in which nothing was recorded: between two parts.
    struct Gap {
        std::uint32_t begin_ms = 0;
        std::uint32_t end_ms = 0;
        bool paused = false;  ///< because somebody wanted it so
        bool operator==(const Gap&) const = default;
    };
    std::string session;
    UnixMillis started = 0;  ///< 0: not known
    std::uint32_t duration_ms = 0;
    std::vector<Resize> sizes;  ///< the first at the start
    std::uint64_t bytes = 0;
    std::uint64_t parts_bytes = 0;
    std::uint32_t parts = 0;
    std::vector<int> activity;  ///< of each second: percent of the screen drawn in it, at most 100
    std::vector<Gap> gaps;
    std::vector<std::string> problems;  ///< parts that were not drawn to their end, and why
    bool damaged = false;  ///< one of them is more than cut: there may be something behind that could not be drawn
    std::vector<KeyFrame> key_frames;  ///< the index; every one can be entered
    bool operator==(const MovieFacts&) const = default;
};

std::string to_json(const MovieFacts& facts);
/// For people: a line about the movie in that file, one for each gap and problem.
std::string in_words(const MovieFacts& facts, const std::filesystem::path& movie);
/// Throws std::runtime_error naming the path and what is wrong in it. Unknown keys are ignored.
MovieFacts read_movie_facts(const std::filesystem::path& path);

}  // namespace pronto::fbs
