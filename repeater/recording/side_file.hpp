#pragma once

#include <filesystem>

#include "repeater/hub/records.hpp"
#include "rfb-ext/base/geometry.hpp"

namespace pronto::recording {

/// "<session>.part<n>.json" beside the movie part: what a tool needs to know about it without the database. A failure
/// is only logged: the movie itself does not depend on it. `screen` is the size in the movie's header.
void write_side_file(const std::filesystem::path& folder, const hub::RecordingRecord& row, Size screen);

}  // namespace pronto::recording
