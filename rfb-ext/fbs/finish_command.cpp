#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "rfb-ext/fbs/commands.hpp"
#include "rfb-ext/fbs/finish_files.hpp"
#include "rfb-ext/fbs/part_facts.hpp"

namespace pronto::fbs {

namespace fs = std::filesystem;

int finish(const FinishCommand& command, bool json) {
    auto parts = command.parts;
    std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return part_number(a) < part_number(b); });
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
    options.seal = command.seal;
    options.show_progress = ::isatty(STDERR_FILENO) == 1;
    const auto facts = finish_files(parts, options, KeyRing::read_if_given(command.key_file));
    fmt::print("{}", json ? to_json(facts) : in_words(facts, options.out));
    return 0;
}

}  // namespace pronto::fbs
