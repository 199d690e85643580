#include "rfb-ext/fbs/movie_facts.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/fbs/json_fields.hpp"

namespace pronto::fbs {

namespace json = boost::json;

namespace {

constexpr std::size_t largest_file_bytes = 16 * 1024 * 1024;
constexpr std::uint32_t latest_ms = UINT32_MAX;

/// Lists of whole numbers are short; what each means stands in docs/movies.md.
json::array list(std::initializer_list<std::uint64_t> numbers) {
    json::array row;
    for (const auto number : numbers) row.push_back(number);
    return row;
}

const json::array& array(const json::value& value, std::string_view key, std::size_t size = 0) {
    if (!value.is_array() || (size > 0 && value.get_array().size() != size))
        throw std::runtime_error(fmt::format("\"{}\" is no list as it should be", key));
    return value.get_array();
}

void read_gaps(const json::value& list, std::string_view key, bool paused, MovieFacts& facts) {
    for (const auto& row : array(list, key)) {
        const auto& at = array(row, key, 2);
        facts.gaps.push_back({to_number(at[0], key, latest_ms), to_number(at[1], key, latest_ms), paused});
    }
    std::sort(facts.gaps.begin(), facts.gaps.end(),
              [](const auto& a, const auto& b) { return a.begin_ms < b.begin_ms; });
}

void read_lists(const json::object& object, MovieFacts& facts) {
    for (const auto& row : array(need(object, "sizes"), "sizes")) {
        const auto& at = array(row, "sizes", 3);
        facts.sizes.push_back({to_number(at[0], "sizes", latest_ms),
                               {to_number(at[1], "sizes", 0xFFFF), to_number(at[2], "sizes", 0xFFFF)}});
    }
    read_gaps(need(object, "gaps"), "gaps", false, facts);
    if (object.contains("pauses")) read_gaps(need(object, "pauses"), "pauses", true, facts);
    for (const auto& row : array(need(object, "key_frames"), "key_frames")) {
        const auto& at = array(row, "key_frames", 3);
        facts.key_frames.push_back({to_number(at[0], "key_frames", latest_ms),
                                    to_number<std::uint64_t>(at[1], "key_frames", INT64_MAX),
                                    to_number<std::uint64_t>(at[2], "key_frames", INT64_MAX)});
    }
    for (const auto& second : array(need(object, "activity"), "activity"))
        facts.activity.push_back(to_number(second, "activity", 100));
    for (const auto& problem : array(need(object, "problems"), "problems"))
        if (problem.is_string()) facts.problems.emplace_back(problem.get_string());
}

MovieFacts from_json(const json::object& object) {
    MovieFacts facts;
    facts.session = text(object, "session");
    if (object.contains("started")) facts.started = time_of(object, "started");
    facts.duration_ms = number(object, "duration_ms", latest_ms);
    facts.bytes = number<std::uint64_t>(object, "bytes", INT64_MAX);
    facts.parts_bytes = number<std::uint64_t>(object, "parts_bytes", INT64_MAX);
    facts.parts = number<std::uint32_t>(object, "parts", 1'000'000);
    if (const auto* damaged = object.if_contains("damaged")) facts.damaged = damaged->is_bool() && damaged->get_bool();
    read_lists(object, facts);
    return facts;
}

}  // namespace

std::string to_json(const MovieFacts& facts) {
    json::object object{{"session", facts.session}, {"duration_ms", facts.duration_ms}};
    if (facts.started != 0) object["started"] = rfc3339(facts.started);
    if (!facts.sizes.empty()) {
        object["width"] = facts.sizes.front().size.width;
        object["height"] = facts.sizes.front().size.height;
    }
    object["bytes"] = facts.bytes;
    object["parts"] = facts.parts;
    object["parts_bytes"] = facts.parts_bytes;
    auto& sizes = object["sizes"].emplace_array();
    for (const auto& [at_ms, size] : facts.sizes)
        sizes.push_back(list({at_ms, static_cast<unsigned>(size.width), static_cast<unsigned>(size.height)}));
    json::array gaps, pauses;
    for (const auto& gap : facts.gaps) (gap.paused ? pauses : gaps).push_back(list({gap.begin_ms, gap.end_ms}));
    object["gaps"] = std::move(gaps);
    object["pauses"] = std::move(pauses);
    object["problems"] = json::array(facts.problems.begin(), facts.problems.end());
    object["damaged"] = facts.damaged;
    object["activity"] = json::array(facts.activity.begin(), facts.activity.end());
    auto& key_frames = object["key_frames"].emplace_array();
    for (const auto& one : facts.key_frames) key_frames.push_back(list({one.at_ms, one.offset, one.bytes}));
    return json::serialize(object) + "\n";
}

std::string in_words(const MovieFacts& facts, const std::filesystem::path& movie) {
    std::string words =
        fmt::format("{}: {}.{:03} s, {} of {} part{}, {} key frames\n", movie.string(), facts.duration_ms / 1000,
                    facts.duration_ms % 1000, human_bytes(facts.bytes), facts.parts, facts.parts == 1 ? "" : "s",
                    facts.key_frames.size());
    for (const auto& gap : facts.gaps)
        words += fmt::format("  {} from {} to {} ms\n", gap.paused ? "the recording was paused" : "nothing was recorded",
                             gap.begin_ms, gap.end_ms);
    for (const auto& problem : facts.problems) words += fmt::format("  {}\n", presentable(problem, 500));
    return words;
}

MovieFacts read_movie_facts(const std::filesystem::path& path) {
    return read_json_file(path, largest_file_bytes, from_json);
}

}  // namespace pronto::fbs
