#include "rfb-ext/fbs/part_facts.hpp"

#include <charconv>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/fbs/json_fields.hpp"

namespace pronto::fbs {

namespace json = boost::json;

namespace {

constexpr std::size_t largest_file_bytes = 64 * 1024;

PartFacts from_json(const json::object& object) {
    PartFacts facts;
    facts.session = text(object, "session");
    facts.part = number<int>(object, "part", 1'000'000);
    facts.started = time_of(object, "started");
    facts.size = {number<int>(object, "width", 0xFFFF), number<int>(object, "height", 0xFFFF)};
    facts.continues = flag(object, "continues");
    facts.state = text(object, "state");
    facts.duration_ms = number<std::int64_t>(object, "duration_ms", INT64_MAX);
    facts.bytes = number<std::uint64_t>(object, "bytes", INT64_MAX);
    if (object.contains("paused")) facts.paused = flag(object, "paused");
    if (object.contains("detail")) facts.detail = text(object, "detail");
    return facts;
}

}  // namespace

std::string part_file_name(const std::string& session, int part) {
    return fmt::format("{}.part{}.fbs", session, part);
}

std::string facts_file_name(const std::string& session, int part) {
    return fmt::format("{}.part{}.json", session, part);
}

std::filesystem::path movie_of_part(const std::filesystem::path& part) {
    const std::string stem = part.stem().string();
    const auto at = stem.rfind(".part");
    const bool numbered = at != std::string::npos && at > 0 && at + 5 < stem.size() &&
                          stem.find_first_not_of("0123456789", at + 5) == std::string::npos;
    if (!numbered || part.extension() != ".fbs") return {};
    return part.parent_path() / (stem.substr(0, at) + ".fbs");
}

int part_number(const std::filesystem::path& part) {
    if (movie_of_part(part).empty()) return 0;
    const std::string stem = part.stem().string();
    int number = 0;
    std::from_chars(stem.data() + stem.rfind(".part") + 5, stem.data() + stem.size(), number);
    return number;
}

std::filesystem::path facts_file_of(const std::filesystem::path& movie) {
    return std::filesystem::path(movie).replace_extension(".json");
}

std::string to_json(const PartFacts& facts) {
    json::object object{
        {"session", facts.session},
        {"part", facts.part},
        {"started", rfc3339(facts.started)},
        {"width", facts.size.width},
        {"height", facts.size.height},
        {"continues", facts.continues},
        {"state", facts.state},
        {"duration_ms", facts.duration_ms},
        {"bytes", facts.bytes},
    };
    if (facts.paused) object["paused"] = true;
    if (!facts.detail.empty()) object["detail"] = facts.detail;
    return json::serialize(object) + "\n";
}

void write_part_facts(const std::filesystem::path& path, const PartFacts& facts) {
    write_file_atomically(path, to_json(facts));
}

PartFacts read_part_facts(const std::filesystem::path& path) {
    return read_json_file(path, largest_file_bytes, from_json);
}

}  // namespace pronto::fbs
