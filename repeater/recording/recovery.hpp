#pragma once

#include <filesystem>

#include "repeater/hub/records.hpp"

namespace pronto::fbs {
class KeyRing;
}

namespace pronto::recording {

/// What a killed hub left of a movie part: `row` with the bytes and the duration that the file really has, and its side
/// file brought up to date. The file itself is not changed. A file that is not there: zero bytes, and `detail` says so;
/// a sealed one whose key is not among `keys`: its duration is the row's, and `detail` says so.
hub::RecordingRecord recovered(const std::filesystem::path& folder, hub::RecordingRecord row,
                               const fbs::KeyRing* keys = nullptr);

}  // namespace pronto::recording
