#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "rfb-ext/fbs/key_ring.hpp"
#include "rfb-ext/fbs/movie_facts.hpp"
#include "rfb-ext/fbs/sandbox.hpp"

namespace pronto::fbs {

struct FinishOptions {
    std::filesystem::path out;  ///< "<session>.fbs"; the facts and the poster go beside it: .json, .png
    bool keep_parts = false;
    bool seal = false;  ///< the movie and its poster even if no part is sealed
    SandboxLimits limits;
    CanonicalWriter::Options movie;
    bool show_progress = false;  ///< a line on standard error
};

/// Makes the canonical movie of a session's parts, in order: a separate process, locked in, draws the parts and writes
/// the movie, then draws both again and compares them. Only then the new files take their names, each whole or not at
/// all, the movie last; and the parts go, with their side files, unless they are to be kept or could not be drawn to
/// their end. Whatever happens before that leaves the parts as they were; finishing again is always possible while they
/// are there. If a part is sealed, so are the movie and the poster. `keys` are for that; they are wiped before a
/// picture is looked at. Throws std::runtime_error naming the file and what is wrong.
MovieFacts finish_files(const std::vector<std::filesystem::path>& parts, const FinishOptions& options,
                        std::unique_ptr<const KeyRing> keys = {});

/// With their side files. What cannot be removed is logged and stays.
void remove_parts(const std::vector<std::filesystem::path>& parts);

}  // namespace pronto::fbs
