#pragma once

#include <string>

#include "repeater/records/archive.hpp"

/// Sessions and movies as people read them.
namespace pronto::admin {

std::string session_list_text(const records::SessionPage& page);
std::string session_story_text(const records::SessionStory& story);
std::string recording_list_text(const std::vector<hub::RecordingRecord>& recordings);

}  // namespace pronto::admin
