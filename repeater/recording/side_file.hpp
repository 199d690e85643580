#pragma once

#include <filesystem>

#include "repeater/hub/records.hpp"
#include "rfb-ext/base/geometry.hpp"

namespace pronto::recording {

/// What a part's side file says beyond its row.
struct PartNature {
    Size screen;             ///< as in the movie's header
    bool continues = false;  ///< the server's zlib streams go on from the part before
    bool paused = false;     ///< somebody stopped the recording at its end
};

/// "<session>.part<n>.json" beside the movie part: what a tool needs to know about it without the database. A failure
/// is only logged.
void write_side_file(const std::filesystem::path& folder, const hub::RecordingRecord& row, const PartNature& nature);

}  // namespace pronto::recording
