#include <chrono>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>
#include <boost/json.hpp>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/fbs/commands.hpp"
#include "rfb-ext/fbs/key_ring.hpp"
#include "rfb-ext/fbs/new_file.hpp"

namespace pronto::fbs {

namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

volatile std::sig_atomic_t stop_asked = 0;

/// While it lives, Ctrl+C only asks.
class StopSignals {
public:
    StopSignals() {
        stop_asked = 0;
        struct sigaction asks = {};
        asks.sa_handler = [](int) { stop_asked = 1; };
        ::sigaction(SIGINT, &asks, &before_[0]);
        ::sigaction(SIGTERM, &asks, &before_[1]);
    }
    ~StopSignals() {
        ::sigaction(SIGINT, &before_[0], nullptr);
        ::sigaction(SIGTERM, &before_[1], nullptr);
    }
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

private:
    struct sigaction before_[2] = {};
};

double seconds_since(SteadyClock::time_point begin) {
    return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

/// "exporting [#########...........]  45 %, 0:12 left"
class ProgressBar {
public:
    void at(double done) {
        const double taken = seconds_since(begun_);
        const int percent = static_cast<int>(done * 100);
        if (!terminal_ || (percent == last_percent_ && taken - last_drawn_ < 1)) return;
        last_percent_ = percent;
        last_drawn_ = taken;
        std::string bar(20, '.');
        bar.replace(0, static_cast<std::size_t>(percent / 5), std::string(static_cast<std::size_t>(percent / 5), '#'));
        std::string left;
        if (taken > 0.5 && done > 0) {
            const auto seconds = static_cast<long>(taken / done * (1 - done) + 0.5);
            left = fmt::format(", {}:{:02} left", seconds / 60, seconds % 60);
        }
        fmt::print(stderr, "\rexporting [{}] {:3} %{:<14}", bar, percent, left);
        std::fflush(stderr);
    }
    void end() {
        if (last_percent_ >= 0) fmt::print(stderr, "\n");
    }

private:
    SteadyClock::time_point begun_ = SteadyClock::now();
    bool terminal_ = ::isatty(STDERR_FILENO) == 1;
    int last_percent_ = -1;
    double last_drawn_ = 0;
};

void say(const ExportCommand& command, const Exported& made, double seconds, bool json) {
    const auto bytes = fs::file_size(command.out);
    if (!json) {
        fmt::print("{}: {} x {}, {}.{:03} s, {} pictures, {}, by {} in {:.1f} s\n", command.out.string(),
                   made.size.width, made.size.height, made.duration_ms / 1000, made.duration_ms % 1000, made.pictures,
                   human_bytes(bytes), made.encoder, seconds);
        return;
    }
    const boost::json::object object{{"out", command.out.string()}, {"width", made.size.width},
                                     {"height", made.size.height},  {"duration_ms", made.duration_ms},
                                     {"pictures", made.pictures},   {"bytes", bytes},
                                     {"encoder", made.encoder},     {"seconds", seconds}};
    fmt::print("{}\n", boost::json::serialize(object));
}

}  // namespace

int export_video(const ExportCommand& command, bool json) {
    if (fs::exists(command.out) && fs::equivalent(command.movie.file, command.out))
        throw std::runtime_error(fmt::format("{} cannot be both the movie and the video", command.out.string()));
    const auto begun = SteadyClock::now();
    MovieScreen movie(command.movie.file, KeyRing::read_if_given(command.movie.key_file).get());
    NewFile file(command.out);
    const StopSignals signals;
    ProgressBar bar;
    std::optional<Exported> made;
    try {
        made = export_movie(movie, file.path(), command.options, [&](double done) {
            bar.at(done);
            return stop_asked == 0;
        });
    } catch (...) {
        bar.end();
        throw;
    }
    bar.end();
    if (!made) throw std::runtime_error(fmt::format("stopped; {} is not written", command.out.string()));
    file.take_name();
    sync_folder(command.out.parent_path());
    say(command, *made, seconds_since(begun), json);
    return 0;
}

int play(const Source& movie) {
    std::error_code none;
    const fs::path beside = fs::read_symlink("/proc/self/exe", none).parent_path() / "pronto-viewer";
    const std::string path = movie.file.string(), key_file = movie.key_file.string();
    const std::string program = fs::exists(beside, none) ? beside.string() : "pronto-viewer";
    if (key_file.empty())
        ::execlp(program.c_str(), program.c_str(), "play", "--", path.c_str(), nullptr);
    else
        ::execlp(program.c_str(), program.c_str(), "play", "--key-file", key_file.c_str(), "--", path.c_str(), nullptr);
    throw std::runtime_error(fmt::format("cannot start {}: {}", program, std::strerror(errno)));
}

}  // namespace pronto::fbs
