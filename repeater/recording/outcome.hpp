#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "repeater/hub/records.hpp"

namespace pronto::recording {

/// What the finisher's program left.
struct Outcome {
    hub::MovieRecord row;    ///< `finished`, with sizes, hashes and what the facts say, if there is no problem
    std::string problem;     ///< why it is no finished movie; empty: it is one
    bool damaged = false;    ///< a part is
};

/// The longest text about a movie in its row, bytes.
inline constexpr std::size_t longest_words = 2'000;

/// Reads all of the session's movie, its facts and its poster. `row`: as it was before.
Outcome look_at(const std::filesystem::path& folder, hub::MovieRecord row);
/// Is there a movie already, of more parts than are there now?
bool is_made_of_more(const std::filesystem::path& folder, const std::string& session, std::size_t parts);

}  // namespace pronto::recording
