#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rfb-ext/base/geometry.hpp"
#include "rfb-ext/fbs/export.hpp"

/// What pronto-fbs does, one function a command. Each prints its result (people's words, or one JSON object on one
/// line) to standard output and returns the exit code; what makes it fail at once it throws as std::runtime_error.
namespace pronto::fbs {

/// A movie that a command reads.
struct Source {
    std::filesystem::path file;
    std::filesystem::path key_file;  ///< for one that is sealed; empty: none
};

/// What the file says of itself, without drawing it. Fails if it is damaged; a cut end is said and no failure.
int info(const Source& movie, bool json);

/// Structure, every message measured, every message drawn. A cut end is said and no failure.
int verify(const Source& movie, bool json);

/// Saves the picture as it was `at_ms` after the start (nothing: at the end). Fails if nothing had been drawn by then.
/// A damaged movie is drawn as far as it goes; then it fails only if the moment lies behind the damage.
int shot(const Source& movie, std::optional<std::uint32_t> at_ms, const std::filesystem::path& png, bool json);

struct CompareOptions {
    std::vector<Rect> ignored;
    int tolerance = 32;
    double most_percent = 0.1;
};
/// Are two pictures the same, within limits?
int compare_files(const std::filesystem::path& a, const std::filesystem::path& b, const CompareOptions& options,
                  bool json);

/// Makes the canonical movie of one session's parts, given in any order; `out` may be empty. With `json` the last line
/// is the movie's facts.
struct FinishCommand {
    std::vector<std::filesystem::path> parts;
    std::filesystem::path out;       ///< empty: the parts' name without their number
    std::filesystem::path key_file;  ///< for sealed parts; empty: none
    bool keep_parts = false;
    bool seal = false;  ///< the movie even if no part is sealed
};
int finish(const FinishCommand& command, bool json);

/// Makes a video file. Progress goes to standard error, if that is a terminal. Ctrl+C (SIGINT, SIGTERM) stops it, and
/// no file is left.
struct ExportCommand {
    Source movie;
    std::filesystem::path out;  ///< an existing file is replaced
    ExportOptions options;
};
int export_video(const ExportCommand& command, bool json);

/// Replaces this program by the console's player, pronto-viewer beside it or in the PATH. Throws if that cannot be
/// started.
int play(const Source& movie);

/// Rebuilds the facts beside a canonical movie, its index among them, by drawing it.
int index(const Source& movie, bool json);

/// Writes what is in a sealed file, movie or poster, to a plain one; an existing file is replaced. Fails if it is
/// damaged; then no file is left. A cut end is said and no failure.
int unseal(const Source& sealed, const std::filesystem::path& out, bool json);

}  // namespace pronto::fbs
