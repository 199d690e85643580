#pragma once

#include <string>

#include "repeater/records/archive.hpp"

/// Sessions and movies as people read them.
namespace pronto::admin {

std::string session_list_text(const records::SessionPage& page);
std::string session_story_text(const records::SessionStory& story);
/// "finished", "held: court order"...
std::string movie_state_text(const hub::MovieRecord& movie);
std::string movie_list_text(const std::vector<hub::MovieRecord>& movies);
/// The parts.
std::string recording_list_text(const std::vector<hub::RecordingRecord>& recordings);

}  // namespace pronto::admin
