#include "rfb-ext/fbs/export.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "rfb-ext/fbs/idle.hpp"
#include "rfb-ext/fbs/pointer_picture.hpp"

namespace pronto::fbs {

namespace {

constexpr std::int64_t least_picture_ms = 40;  // 25 a second
constexpr unsigned most_threads = 8;

/// Where a movie's moments lie in the video.
class TimeLine {
public:
    TimeLine(std::uint32_t from_ms, double speed) : from_ms_(from_ms), speed_(speed) {}
    std::int64_t in_video(std::uint32_t movie_ms) const {
        return static_cast<std::int64_t>((movie_ms - from_ms_ - left_out_ms_) / speed_ + 0.5);
    }
    std::uint32_t in_movie(std::int64_t video_ms) const {
        return from_ms_ + left_out_ms_ + static_cast<std::uint32_t>(static_cast<double>(video_ms) * speed_);
    }
    void leave_out(std::uint32_t ms) { left_out_ms_ += ms; }

private:
    std::uint32_t from_ms_;
    std::uint32_t left_out_ms_ = 0;
    double speed_;
};

Size video_size(Size screen, int width) {
    if (width == 0) return screen;
    const auto height = std::int64_t{screen.height} * width / screen.width;
    return {width, static_cast<int>(std::clamp<std::int64_t>(height, 2, vnc::longest_side))};
}

class Exporter {
public:
    Exporter(MovieScreen& movie, const std::string& path, const ExportOptions& options, std::uint32_t end_ms)
        : movie_(movie),
          options_(options),
          end_ms_(end_ms),
          time_(options.from_ms, options.speed),
          video_(path, {options.format, video_size(movie.largest_size(), options.width),
                        std::clamp(std::thread::hardware_concurrency(), 1U, most_threads)}) {}

    std::optional<Exported> run(const std::function<bool(double)>& progress) {
        const std::string known_problem = movie_.problem();  // it ends before that
        movie_.show(options_.from_ms);
        add(0);
        while (const auto next = next_moment()) {
            movie_.show(*next);
            const auto at_ms = time_.in_video(*next);
            if (!movie_.changed().empty()) add(std::max(at_ms, last_ms_ + 1));
            const double length = end_ms_ - options_.from_ms;
            if (!progress((*next - options_.from_ms) / length)) return std::nullopt;
        }
        if (movie_.problem() != known_problem) throw std::runtime_error(movie_.problem());
        Exported made{video_.size(), video_.encoder(), 0, pictures_};
        made.duration_ms = std::max(time_.in_video(end_ms_), last_ms_ + 1);
        video_.finish(made.duration_ms);
        return made;
    }

private:
    /// The next change, or a little later where they come too fast; nothing at the end.
    std::optional<std::uint32_t> next_moment() {
        const auto change = movie_.next_change();
        const auto next = std::min(change.value_or(end_ms_), end_ms_);
        const auto idle_ms = next - movie_.at_ms();
        if (options_.skip_idle && idle_ms > longest_idle_ms) time_.leave_out(idle_ms - longest_idle_ms);
        if (!change || *change >= end_ms_) return std::nullopt;
        const auto earliest = time_.in_movie(last_ms_ + least_picture_ms);
        const auto moment = std::max(*change, earliest);
        return moment >= end_ms_ ? end_ms_ - 1 : moment;
    }

    void add(std::int64_t at_ms) {
        const bool pointer = movie_.pointer().has_value();
        const auto& picture = pointer ? with_pointer(movie_, drawn_) : movie_.picture();
        const Rect all{0, 0, picture.size.width, picture.size.height};
        if (!video_.add(picture, pointer ? all : movie_.changed(), at_ms)) return;
        last_ms_ = at_ms;
        ++pictures_;
    }

    MovieScreen& movie_;
    ExportOptions options_;
    std::uint32_t end_ms_;
    TimeLine time_;
    VideoFile video_;
    vnc::Picture drawn_;
    std::int64_t last_ms_ = 0;
    std::uint64_t pictures_ = 0;
};

}  // namespace

std::optional<Exported> export_movie(MovieScreen& movie, const std::string& path, const ExportOptions& options,
                                     const std::function<bool(double)>& progress) {
    const auto end_ms = std::min(options.to_ms.value_or(movie.duration_ms()), movie.duration_ms());
    if (options.from_ms >= end_ms)
        throw std::runtime_error(fmt::format("there is nothing to export from {} to {} ms: the movie has {} ms",
                                             options.from_ms, options.to_ms.value_or(end_ms), movie.duration_ms()));
    return Exporter(movie, path, options, end_ms).run(progress);
}

}  // namespace pronto::fbs
