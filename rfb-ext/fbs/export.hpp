#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "rfb-ext/fbs/movie_screen.hpp"
#include "rfb-ext/fbs/video_file.hpp"

namespace pronto::fbs {

struct ExportOptions {
    VideoFormat format = VideoFormat::webm;
    double speed = 1;  ///< so many times as fast
    std::uint32_t from_ms = 0;
    std::optional<std::uint32_t> to_ms{};  ///< nothing: the end
    int width = 0;                         ///< 0: the screen's
    bool skip_idle = false;                ///< of times without change only longest_idle_ms are shown
};

struct Exported {
    Size size;
    std::string encoder;
    std::int64_t duration_ms = 0;
    std::uint64_t pictures = 0;
};

/// Writes a part of a movie as a video to `path`: real time stamps, at most 25 pictures a second, only those that
/// differ from the one before; the pointer where the movie says where it is. `progress` gets 0 to 1 now and then and
/// says whether to go on: if not, nothing is returned and the file is not whole. Throws std::runtime_error.
std::optional<Exported> export_movie(MovieScreen& movie, const std::string& path, const ExportOptions& options,
                                     const std::function<bool(double)>& progress);

}  // namespace pronto::fbs
