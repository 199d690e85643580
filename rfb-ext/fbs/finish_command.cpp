#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <unistd.h>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/fbs/activity.hpp"
#include "rfb-ext/fbs/commands.hpp"
#include "rfb-ext/fbs/finish.hpp"
#include "rfb-ext/fbs/finish_files.hpp"
#include "rfb-ext/fbs/writer.hpp"

namespace pronto::fbs {

namespace {

namespace fs = std::filesystem;

/// "1-abc.part12.fbs" -> 12.
int number_of(const fs::path& part) {
    const std::string stem = part.stem().string();
    int number = 0;
    const auto at = stem.rfind(".part");
    if (at != std::string::npos) std::from_chars(stem.data() + at + 5, stem.data() + stem.size(), number);
    return number;
}

void say(const MovieFacts& facts, const fs::path& movie) {
    fmt::print("{}: {}.{:03} s, {} of {} part{}, {} key frames\n", movie.string(), facts.duration_ms / 1000,
               facts.duration_ms % 1000, human_bytes(facts.bytes), facts.parts, facts.parts == 1 ? "" : "s",
               facts.key_frames.size());
    for (const auto& gap : facts.gaps)
        fmt::print("  nothing was recorded from {} to {} ms\n", gap.begin_ms, gap.end_ms);
    for (const auto& problem : facts.problems) fmt::print("  {}\n", presentable(problem, 500));
}

}  // namespace

int finish(const FinishCommand& command, bool json) {
    auto parts = command.parts;
    std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return number_of(a) < number_of(b); });
    FinishOptions options;
    options.out = command.out;
    for (const auto& part : parts) {
        const auto movie = movie_of_part(part);
        if (movie.empty() && options.out.empty())
            throw std::runtime_error(
                fmt::format("{} has no part's name (\"<session>.part1.fbs\"): say --out", part.string()));
        if (!movie.empty() && movie != movie_of_part(parts.front()))
            throw std::runtime_error(
                fmt::format("{} and {} are parts of two sessions", parts.front().string(), part.string()));
        if (options.out.empty()) options.out = movie;
        if (fs::exists(part) && fs::exists(options.out) && fs::equivalent(part, options.out))
            throw std::runtime_error(fmt::format("{} cannot be both the part and the movie", part.string()));
    }
    options.keep_parts = command.keep_parts;
    options.show_progress = ::isatty(STDERR_FILENO) == 1;
    const auto facts = finish_files(parts, options);
    if (json)
        fmt::print("{}", to_json(facts));
    else
        say(facts, options.out);
    return 0;
}

int index(const fs::path& movie, bool json) {
    const auto beside = facts_file_of(movie);
    MovieFacts facts;
    // What cannot be seen in the movie itself is kept.
    if (fs::exists(beside)) {
        try {
            facts = read_movie_facts(beside);
        } catch (const std::runtime_error& problem) {
            fmt::print(stderr, "pronto-fbs: {}; it is made anew\n", problem.what());
        }
    }
    facts.sizes.clear();
    facts.key_frames.clear();
    MovieFile file(movie);
    Activity activity;
    std::optional<MovieDecoder> decoder;
    while (const auto message = file.next()) {
        if (!decoder) decoder.emplace(*file.init());
        const auto update = decoder->draw(*message, [&](const auto& drawn) { activity.drawn(drawn.area); });
        if (!update)
            throw std::runtime_error(
                fmt::format("{} cannot be drawn at {} ms: {}", movie.string(), message->at_ms, decoder->why()));
        const auto size = decoder->picture().size;
        const auto bytes = blocks_bytes(message->bytes.size());
        if (is_key_frame(*message)) {
            activity.forget();  // it draws everything, and nothing has changed
            facts.key_frames.push_back({message->at_ms, file.position() - bytes, bytes});
        }
        activity.passed(message->at_ms, size);
        if (facts.sizes.empty() || facts.sizes.back().size != size) facts.sizes.push_back({message->at_ms, size});
        facts.duration_ms = message->at_ms;
    }
    if (!file.error().empty()) throw std::runtime_error(fmt::format("{}: {}", movie.string(), file.error()));
    if (facts.key_frames.empty())
        throw std::runtime_error(
            fmt::format("{} has no key frames: it is no finished movie (pronto-fbs finish)", movie.string()));
    facts.bytes = file.bytes();
    if (facts.activity.size() != facts.duration_ms / 1000 + 1) facts.activity = activity.take();
    write_file_atomically(beside, to_json(facts));
    if (json)
        fmt::print("{}", to_json(facts));
    else
        say(facts, movie);
    return 0;
}

}  // namespace pronto::fbs
