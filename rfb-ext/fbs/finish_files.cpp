#include "rfb-ext/fbs/finish_files.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <optional>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/fbs/finish.hpp"
#include "rfb-ext/fbs/new_file.hpp"
#include "rfb-ext/fbs/part_facts.hpp"
#include "rfb-ext/vnc/picture_png.hpp"

namespace pronto::fbs {

namespace {

namespace fs = std::filesystem;

class ProgressLine {
public:
    explicit ProgressLine(bool shown) : shown_(shown) {}
    void at(const char* doing, double done) {
        const int percent = static_cast<int>(done * 100);
        if (!shown_ || percent == last_) return;
        last_ = percent;
        const auto line = fmt::format("\r{} {:3} %", doing, percent);
        write_all(STDERR_FILENO, line.data(), line.size());
    }
    void end() {
        if (shown_ && last_ >= 0) write_all(STDERR_FILENO, "\n", 1);
        last_ = -1;
    }

private:
    bool shown_;
    int last_ = -1;
};

/// What the locked-in process does. Everything that is to be opened is open before.
class Work {
public:
    /// `seal`: the keys again if the movie is to be sealed.
    Work(const std::vector<fs::path>& parts, const FinishOptions& options, const KeyRing* keys, const KeyRing* seal)
        : movie(options.out, seal),
          poster(fs::path(options.out).replace_extension(".png"), seal),
          facts(fs::path(options.out).replace_extension(".json")),
          options_(options),
          drawn_once_(parts, keys),
          drawn_again_(parts, keys),
          made_(movie.path(), keys) {
        session_ = movie_of_part(parts.front()).stem().string();
        const auto beside = facts_file_of(parts.front());
        if (!fs::exists(beside)) return;
        const auto first = read_part_facts(beside);
        session_ = first.session;
        started_ = first.started;
    }

    void run() {
        enter_sandbox(options_.limits);
        ProgressLine line(options_.show_progress);
        auto made = write_canonical(
            drawn_once_, options_.movie, [&](ByteView bytes) { gather(bytes); },
            [&](double done) { line.at("writing", done); });
        gather_rest();
        movie.end();
        line.end();
        check_canonical(drawn_again_, made.facts, made_, [&](double done) { line.at("comparing", done); });
        line.end();
        made.facts.session = session_;
        made.facts.started = started_;
        const std::string json = to_json(made.facts);
        facts.write(as_bytes(json));
        const std::string png = vnc::encode_png(made.poster);
        poster.write(as_bytes(png));
        poster.end();
    }

    NewFile movie;
    NewFile poster;
    NewFile facts;

private:
    void gather(ByteView bytes) {
        append(pending_, bytes);
        if (pending_.size() >= 256 * 1024) gather_rest();
    }
    void gather_rest() {
        movie.write(pending_);
        pending_.clear();
    }

    const FinishOptions& options_;
    Parts drawn_once_;
    Parts drawn_again_;
    MovieFile made_;
    std::string session_;
    UnixMillis started_ = 0;
    Bytes pending_;
};

/// Runs `work` in a process of its own; throws what it said, or how it ended.
void run_locked_in(Work& work) {
    int said[2];
    if (::pipe2(said, O_CLOEXEC) != 0) throw std::runtime_error(fmt::format("no pipe: {}", std::strerror(errno)));
    std::cout.flush();
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error(fmt::format("cannot start a process: {}", std::strerror(errno)));
    if (child == 0) {
        ::close(said[0]);
        int code = 0;
        try {
            work.run();
        } catch (const std::exception& problem) {
            code = 1;
            [[maybe_unused]] const auto ignored = ::write(said[1], problem.what(), std::strlen(problem.what()));
        }
        ::_exit(code);
    }
    ::close(said[1]);
    std::string words;
    char buffer[1024];
    for (ssize_t got; (got = ::read(said[0], buffer, sizeof buffer)) != 0 && (got > 0 || errno == EINTR);)
        if (got > 0) words.append(buffer, static_cast<std::size_t>(got));
    ::close(said[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    if (!words.empty()) throw std::runtime_error(words);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        throw std::runtime_error("it took more processor time than allowed");
    if (WIFSIGNALED(status))
        throw std::runtime_error(fmt::format("the process that drew it was ended by signal {} ({})", WTERMSIG(status),
                                             ::strsignal(WTERMSIG(status))));
    throw std::runtime_error(fmt::format("the process that drew it ended with {}", WEXITSTATUS(status)));
}

/// The parts of a movie go when it is made: some of them alone must not replace it.
void expect_no_larger_movie(const fs::path& movie, std::size_t parts) {
    const auto beside = fs::path(movie).replace_extension(".json");
    if (!fs::exists(movie) || !fs::exists(beside)) return;
    const auto made_of = read_movie_facts(beside).parts;
    if (made_of > parts)
        throw std::runtime_error(fmt::format("{} was made of {} parts, and here are {}: give all of them, or another --out",
                                             movie.string(), made_of, parts));
}

}  // namespace

MovieFacts finish_files(const std::vector<fs::path>& parts, const FinishOptions& options,
                        std::unique_ptr<const KeyRing> keys) {
    const auto sealed = std::find_if(parts.begin(), parts.end(), is_sealed);
    const bool seal = options.seal || sealed != parts.end();
    if (seal && !keys)
        throw std::runtime_error(sealed == parts.end() ? "the movie can only be sealed with a key: say --key-file"
                                                       : sealed->string() + " is sealed: say --key-file");
    expect_no_larger_movie(options.out, parts.size());
    Work work(parts, options, keys.get(), seal ? keys.get() : nullptr);
    keys.reset();
    run_locked_in(work);
    MovieFacts facts = read_movie_facts(work.facts.path());
    work.facts.take_name();
    work.poster.take_name();
    work.movie.take_name();
    sync_folder(options.out.parent_path());
    if (!options.keep_parts && !facts.damaged) remove_parts(parts);
    return facts;
}

void remove_parts(const std::vector<fs::path>& parts) {
    for (const auto& part : parts)
        for (const auto& file : {facts_file_of(part), part}) {
            std::error_code problem;
            fs::remove(file, problem);
            if (problem) log::warning("{} cannot be removed: {}", file.string(), problem.message());
        }
}

}  // namespace pronto::fbs
