#include <fmt/format.h>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/fbs/activity.hpp"
#include "rfb-ext/fbs/commands.hpp"
#include "rfb-ext/fbs/decoder.hpp"
#include "rfb-ext/fbs/key_ring.hpp"
#include "rfb-ext/fbs/movie_facts.hpp"
#include "rfb-ext/fbs/movie_file.hpp"
#include "rfb-ext/fbs/part_facts.hpp"
#include "rfb-ext/fbs/writer.hpp"

namespace pronto::fbs {

int index(const Source& source, bool json) {
    const auto& movie = source.file;
    const auto beside = facts_file_of(movie);
    MovieFacts facts;
    // What cannot be seen in the movie itself is kept.
    if (std::filesystem::exists(beside)) {
        try {
            facts = read_movie_facts(beside);
        } catch (const std::runtime_error& problem) {
            fmt::print(stderr, "pronto-fbs: {}; it is made anew\n", problem.what());
        }
    }
    facts.sizes.clear();
    facts.key_frames.clear();
    MovieFile file(movie, KeyRing::read_if_given(source.key_file).get());
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
    fmt::print("{}", json ? to_json(facts) : in_words(facts, movie));
    return 0;
}

}  // namespace pronto::fbs
