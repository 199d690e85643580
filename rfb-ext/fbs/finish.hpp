#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "rfb-ext/fbs/movie_facts.hpp"
#include "rfb-ext/fbs/parts.hpp"
#include "rfb-ext/vnc/picture.hpp"

namespace pronto::fbs {

/// The canonical movie that was made of some parts.
struct Finished {
    MovieFacts facts;     ///< session and start are left to the caller
    vnc::Picture poster;  ///< from the middle of the recording
};
/// From 0 to 1, now and then.
using Progress = std::function<void(double done)>;

/// Draws the parts and writes the canonical movie. Throws std::runtime_error if nothing can be drawn at all.
Finished write_canonical(Parts& parts, const CanonicalWriter::Options& options, const CanonicalWriter::Write& write,
                         const Progress& progress);

/// Draws the parts a second time and the movie beside them: from its start on, and at each key frame entered there.
/// Areas that no JPEG touched must be equal, the others have a PSNR of at least 40 dB. Throws std::runtime_error saying
/// where they differ.
void check_canonical(Parts& parts, const MovieFacts& facts, MovieFile& movie, const Progress& progress);

}  // namespace pronto::fbs
