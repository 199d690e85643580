#include "rfb-ext/fbs/commands.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/fbs/compare.hpp"
#include "rfb-ext/fbs/decoder.hpp"
#include "rfb-ext/fbs/finish_files.hpp"
#include "rfb-ext/fbs/key_ring.hpp"
#include "rfb-ext/fbs/movie_facts.hpp"
#include "rfb-ext/fbs/movie_file.hpp"
#include "rfb-ext/fbs/part_facts.hpp"
#include "rfb-ext/vnc/picture_png.hpp"

namespace pronto::fbs {

namespace {

constexpr std::size_t longest_name_shown = 128;

void print(const std::string& line) {
    fmt::print("{}\n", line);
}
void print(const boost::json::object& object) {
    print(boost::json::serialize(object));
}

/// Throws for a file that does not even begin like a movie; with --json that is said like any other damage.
void expect_movie(const std::filesystem::path& path, const MovieFile& movie, bool json) {
    if (json || movie.init() || movie.error().empty()) return;
    throw std::runtime_error(
        fmt::format("{} {}: {}", path.string(), movie.sealed() ? "cannot be read" : "is not a movie", movie.error()));
}

MovieFile opened(const Source& source) {
    return MovieFile(source.file, KeyRing::read_if_given(source.key_file).get());
}

struct Summary {
    std::uint64_t messages = 0;
    std::uint64_t updates = 0;  ///< with a picture
    std::uint32_t first_update_ms = 0;
    std::uint32_t duration_ms = 0;

    void add(const Message& message) {
        ++messages;
        if (message.type == wire::server::update && !is_heartbeat(message) && updates++ == 0)
            first_update_ms = message.at_ms;
        duration_ms = message.at_ms;
    }
};

boost::json::object describe(const std::filesystem::path& path, const MovieFile& movie, const Summary& summary) {
    boost::json::object object{
        {"file", path.string()}, {"ok", movie.error().empty()}, {"bytes", movie.bytes()}, {"sealed", movie.sealed()}};
    if (!movie.sealed_name().empty()) {
        object["sealed_as"] = presentable(movie.sealed_name(), longest_name_shown);
        object["key"] = movie.hub_key();
    }
    if (const auto& init = movie.init()) {
        object["width"] = init->size.width;
        object["height"] = init->size.height;
        object["bits_per_pixel"] = init->format.bits_per_pixel;
        object["name"] = presentable(init->name, longest_name_shown);
    }
    object["blocks"] = movie.blocks();
    object["messages"] = summary.messages;
    object["updates"] = summary.updates;
    object["first_update_ms"] = summary.first_update_ms;
    object["duration_ms"] = summary.duration_ms;
    object["cut_bytes"] = movie.error().empty() ? movie.cut_bytes() : 0;
    object["cut"] = movie.error().empty() && !movie.cut().empty();
    if (!movie.error().empty()) object["error"] = movie.error();
    return object;
}

std::string seconds(std::uint32_t ms) {
    return fmt::format("{}.{:03} s", ms / 1000, ms % 1000);
}

std::string ending(const MovieFile& movie) {
    if (!movie.error().empty()) return fmt::format("DAMAGED: {}", movie.error());
    const auto cut = movie.cut();
    return cut.empty() ? "whole" : cut;
}

struct FactsBeside {
    std::optional<PartFacts> part;
    std::optional<MovieFacts> movie;
};

/// The facts beside a part or a movie, if there are any and they can be read. The name tells which it is.
FactsBeside facts_beside(const std::filesystem::path& movie) {
    const auto path = facts_file_of(movie);
    FactsBeside facts;
    if (path == movie || !std::filesystem::exists(path)) return facts;
    try {
        if (movie_of_part(movie).empty())
            facts.movie = read_movie_facts(path);
        else
            facts.part = read_part_facts(path);
    } catch (const std::runtime_error& problem) {
        fmt::print(stderr, "pronto-fbs: {}\n", problem.what());
    }
    return facts;
}

void print_facts(const PartFacts& facts) {
    print(fmt::format("  session   {}, part {}, started {}, {}", presentable(facts.session, 64), facts.part,
                      rfc3339(facts.started), presentable(facts.state, 32)));
}

void print_facts(const MovieFacts& facts) {
    print(fmt::format("  session   {}, started {}, {} part{}", presentable(facts.session, 64),
                      facts.started == 0 ? "at an unknown time" : rfc3339(facts.started), facts.parts,
                      facts.parts == 1 ? "" : "s"));
    print(fmt::format("  index     {} key frame{}", facts.key_frames.size(), facts.key_frames.size() == 1 ? "" : "s"));
    for (const auto& gap : facts.gaps)
        print(fmt::format("  {}    from {} to {}: {}", gap.paused ? "paused" : "gap   ", seconds(gap.begin_ms),
                          seconds(gap.end_ms),
                          gap.paused ? "somebody had paused the recording" : "nothing was recorded"));
    for (const auto& problem : facts.problems) print(fmt::format("  problem   {}", presentable(problem, 500)));
}

void print_info(const std::filesystem::path& path, const MovieFile& movie, const Summary& summary) {
    print(path.string());
    if (const auto& init = movie.init()) {
        print(fmt::format("  screen    {} x {}, {} bits a pixel", init->size.width, init->size.height,
                          init->format.bits_per_pixel));
        print(fmt::format("  name      {}", presentable(init->name, longest_name_shown)));
    }
    print(fmt::format("  length    {}, first picture at {}", seconds(summary.duration_ms),
                      seconds(summary.first_update_ms)));
    print(fmt::format("  contents  {} updates in {} blocks, {}", summary.updates, movie.blocks(),
                      human_bytes(movie.bytes())));
    if (!movie.sealed_name().empty())
        print(fmt::format("  sealed    as {} with the key {}", presentable(movie.sealed_name(), longest_name_shown),
                          movie.hub_key()));
    print(fmt::format("  state     {}", ending(movie)));
    const auto facts = facts_beside(path);
    if (facts.part) print_facts(*facts.part);
    if (facts.movie) print_facts(*facts.movie);
}

/// A sealed movie is only what its name says if it was sealed under it; empty: it was, or is not sealed.
std::string other_name(const std::filesystem::path& path, const MovieFile& movie) {
    const auto name = movie.sealed_name();
    if (name.empty() || name == path.filename()) return {};
    return fmt::format("it is not what its name says: it was sealed as {}", presentable(name, longest_name_shown));
}

}  // namespace

int info(const Source& source, bool json) {
    const auto& path = source.file;
    MovieFile movie = opened(source);
    Summary summary;
    while (const auto message = movie.next()) summary.add(*message);
    expect_movie(path, movie, json);
    if (json) {
        auto object = describe(path, movie, summary);
        const auto facts = facts_beside(path);
        if (facts.part) object["facts"] = boost::json::parse(to_json(*facts.part));
        if (facts.movie) object["facts"] = boost::json::parse(to_json(*facts.movie));
        print(object);
    } else {
        print_info(path, movie, summary);
    }
    return movie.error().empty() ? 0 : 1;
}

int verify(const Source& source, bool json) {
    const auto& path = source.file;
    MovieFile movie = opened(source);
    Summary summary;
    std::optional<MovieDecoder> decoder;
    std::string wrong;
    while (const auto message = movie.next()) {
        if (!decoder) decoder.emplace(*movie.init());
        if (!decoder->draw(*message)) {
            wrong = fmt::format("message {} at {} cannot be drawn: {}", summary.messages + 1, seconds(message->at_ms),
                                decoder->why());
            break;
        }
        summary.add(*message);
    }
    expect_movie(path, movie, json);
    if (wrong.empty()) wrong = movie.error();
    const bool damaged = !wrong.empty();
    if (!damaged) wrong = other_name(path, movie);
    const bool sound = wrong.empty();
    if (json) {
        auto object = describe(path, movie, summary);
        object["ok"] = sound;
        if (!sound) object["error"] = wrong;
        print(object);
    } else if (sound) {
        print(fmt::format("{}: sound, {} updates in {}, {}", path.string(), summary.updates,
                          seconds(summary.duration_ms), ending(movie)));
    } else {
        print(fmt::format("{}: {}: {}", path.string(), damaged ? "DAMAGED" : "NOT SOUND", wrong));
    }
    return sound ? 0 : 1;
}

int shot(const Source& source, std::optional<std::uint32_t> at_ms, const std::filesystem::path& png, bool json) {
    const auto& path = source.file;
    MovieFile movie = opened(source);
    Summary summary;
    std::optional<MovieDecoder> decoder;
    bool reached = false;
    while (const auto message = movie.next()) {
        reached = at_ms && message->at_ms > *at_ms;
        if (reached) break;
        if (!decoder) decoder.emplace(*movie.init());
        if (!decoder->draw(*message))
            throw std::runtime_error(fmt::format("{}: the message at {} cannot be drawn: {}", path.string(),
                                                 seconds(message->at_ms), decoder->why()));
        summary.add(*message);
    }
    if (!reached && !movie.error().empty())
        throw std::runtime_error(fmt::format("{} is damaged before that moment, its last good one is {}: {}",
                                             path.string(), seconds(summary.duration_ms), movie.error()));
    if (!decoder || !decoder->drawn())
        throw std::runtime_error(fmt::format("{}: nothing has been drawn by then", path.string()));
    const vnc::Picture& picture = decoder->picture();
    vnc::write_png(picture, png);
    if (json)
        print({{"png", png.string()},
               {"width", picture.size.width},
               {"height", picture.size.height},
               {"at_ms", summary.duration_ms},
               {"updates", summary.updates}});
    else
        print(fmt::format("{}: {} x {}, as of {}", png.string(), picture.size.width, picture.size.height,
                          seconds(summary.duration_ms)));
    return 0;
}

int compare_files(const std::filesystem::path& a, const std::filesystem::path& b, const CompareOptions& options,
                  bool json) {
    const auto result = compare(vnc::read_png(a), vnc::read_png(b), options.ignored, options.tolerance);
    const bool alike = result.alike(options.most_percent);
    if (json) {
        boost::json::object object{{"ok", alike},
                                   {"percent", result.percent()},
                                   {"compared", result.compared},
                                   {"different", result.different}};
        if (!result.problem.empty()) object["error"] = result.problem;
        print(object);
    } else if (!result.problem.empty()) {
        print(result.problem);
    } else {
        print(fmt::format("{:.4f} % of {} pixels differ by more than {}: {}", result.percent(), result.compared,
                          options.tolerance, alike ? "alike" : "NOT alike"));
    }
    return alike ? 0 : 1;
}

}  // namespace pronto::fbs
