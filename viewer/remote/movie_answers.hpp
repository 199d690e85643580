#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "viewer/model/movie_source.hpp"

/// The JSON of the hub's REST API about movies (docs/protocol.md). No I/O; texts are made presentable.
namespace pronto::viewer {

/// Nothing if it is no such answer. Rows without a session's id, or with a state of a newer hub, are left out.
std::optional<MoviePage> movie_page_in(std::string_view json);
std::optional<MovieFacts> movie_facts_in(std::string_view json);
/// {"reason": ...}
std::string view_body(const std::string& reason);
/// Letters, digits and "-", 64 at most: it stands in paths and becomes a file's name.
bool is_session_id(std::string_view text);

}  // namespace pronto::viewer
