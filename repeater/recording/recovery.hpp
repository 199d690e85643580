#pragma once

#include <filesystem>

#include "repeater/hub/records.hpp"

namespace pronto::recording {

/// What a killed hub left of a movie part: `row` with the bytes and the duration that the file really has, and its side
/// file brought up to date. The file itself is not changed. A file that is not there: zero bytes, and `detail` says so.
hub::RecordingRecord recovered(const std::filesystem::path& folder, hub::RecordingRecord row);

}  // namespace pronto::recording
