#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// Which files of the recordings folder belong to a session: "<session>.partN.fbs" and ".json", and once it is finished
/// "<session>.fbs", ".json" and ".png".
namespace pronto::recording {

std::string movie_file_name(const std::string& session);
std::string facts_file_name(const std::string& session);
std::string poster_file_name(const std::string& session);

/// The parts that are there, in order. Throws std::runtime_error if the folder cannot be read.
std::vector<std::filesystem::path> parts_of(const std::filesystem::path& folder, const std::string& session);

/// How much each session has in the folder, in bytes. Files whose name begins with no id are nobody's.
std::map<std::string, std::uint64_t> bytes_by_session(const std::filesystem::path& folder);

/// What a killed finisher left half written ("<session>.fbs.XXXXXX" and so on).
void remove_leftovers(const std::filesystem::path& folder, const std::string& session);
/// Everything of that session. Returns the bytes that were freed. Throws std::runtime_error naming what could not be
/// removed, after having tried the rest.
std::uint64_t remove_movie(const std::filesystem::path& folder, const std::string& session);

/// SHA-256 in hex. Throws std::runtime_error naming the file; a symbolic link is none.
std::string sha256_of(const std::filesystem::path& file);

}  // namespace pronto::recording
