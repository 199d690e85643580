#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/geometry.hpp"

namespace pronto::fbs {

/// What is known about one part of a movie, in the JSON file beside it: enough for a tool without the database.
struct PartFacts {
    std::string session;
    int part = 1;
    UnixMillis started = 0;
    Size size;               ///< as in the movie's header
    bool continues = false;  ///< its zlib streams go on from the part before
    std::string state;       ///< "writing", "complete", "failed", as the hub's records say
    std::int64_t duration_ms = 0;
    std::uint64_t bytes = 0;
    bool paused = false;     ///< somebody stopped the recording at its end; absent in the file when false
    std::string detail;      ///< why it failed; absent in the file when empty
    bool operator==(const PartFacts&) const = default;
};

/// "<session>.part1.fbs" and "<session>.part1.json".
std::string part_file_name(const std::string& session, int part);
std::string facts_file_name(const std::string& session, int part);
/// "1-abc.part12.fbs" -> 12; 0 for what is not named like a part.
int part_number(const std::filesystem::path& part);
/// "1-abc.part2.fbs" -> "1-abc.fbs", in the same folder. Empty for what is not named like a part.
std::filesystem::path movie_of_part(const std::filesystem::path& part);
/// The facts' file beside a movie: its name with .json for .fbs.
std::filesystem::path facts_file_of(const std::filesystem::path& movie);

/// {"session","part","started" (RFC 3339),"width","height","continues","state","duration_ms","bytes"[,"paused"][,"detail"]}, with a
/// line end.
std::string to_json(const PartFacts& facts);
/// Written whole or not at all, mode 0600. Throws std::runtime_error naming the path.
void write_part_facts(const std::filesystem::path& path, const PartFacts& facts);
/// Throws std::runtime_error naming the path and what is wrong in it. Unknown keys are ignored.
PartFacts read_part_facts(const std::filesystem::path& path);

}  // namespace pronto::fbs
