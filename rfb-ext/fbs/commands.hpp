#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rfb-ext/base/geometry.hpp"

/// What pronto-fbs does, one function a command. Each prints its result (people's words, or one JSON object on one line) to
/// standard output and returns the exit code; what makes it fail at once it throws as std::runtime_error.
namespace pronto::fbs {

/// What the file says of itself, without drawing it. Fails if it is damaged; a cut end is said and no failure.
int info(const std::filesystem::path& movie, bool json);

/// Structure, every message measured, every message drawn. A cut end is said and no failure.
int verify(const std::filesystem::path& movie, bool json);

/// Saves the picture as it was `at_ms` after the start (nothing: at the end). Fails if nothing had been drawn by then. A
/// damaged movie is drawn as far as it goes; then it fails only if the moment lies behind the damage.
int shot(const std::filesystem::path& movie, std::optional<std::uint32_t> at_ms, const std::filesystem::path& png, bool json);

struct CompareOptions {
    std::vector<Rect> ignored;
    int tolerance = 32;
    double most_percent = 0.1;
};
/// Are two pictures the same, within limits?
int compare_files(const std::filesystem::path& a, const std::filesystem::path& b, const CompareOptions& options, bool json);

}  // namespace pronto::fbs
