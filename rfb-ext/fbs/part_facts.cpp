#include "rfb-ext/fbs/part_facts.hpp"

#include <chrono>
#include <cstdio>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "rfb-ext/base/files.hpp"

namespace pronto::fbs {

namespace json = boost::json;

namespace {

constexpr std::size_t largest_file_bytes = 64 * 1024;

/// The form rfc3339() writes: 2026-11-22T09:30:00.125Z.
UnixMillis read_time(const std::string& text) {
    int year, month, day, hour, minute, second, millis;
    char end = 0;
    if (text.size() != 24 ||
        std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3d%c", &year, &month, &day, &hour, &minute, &second,
                    &millis, &end) != 8 ||
        end != 'Z')
        throw std::runtime_error("\"started\" is no time");
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) throw std::runtime_error("\"started\" is no time");
    const auto time = sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + milliseconds(millis);
    return duration_cast<milliseconds>(time.time_since_epoch()).count();
}

const json::value& need(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (!value) throw std::runtime_error(fmt::format("\"{}\" is missing", key));
    return *value;
}

std::string text(const json::object& object, std::string_view key) {
    const json::value& value = need(object, key);
    if (!value.is_string()) throw std::runtime_error(fmt::format("\"{}\" is no text", key));
    return std::string(value.get_string());
}

template <class Number>
Number number(const json::object& object, std::string_view key, Number most) {
    const json::value& value = need(object, key);
    boost::system::error_code wrong;
    const auto found = value.to_number<std::int64_t>(wrong);
    if (wrong || found < 0 || static_cast<std::uint64_t>(found) > static_cast<std::uint64_t>(most))
        throw std::runtime_error(fmt::format("\"{}\" is no number from 0 to {}", key, most));
    return static_cast<Number>(found);
}

PartFacts from_json(const std::string& content) {
    boost::system::error_code wrong;
    const json::value value = json::parse(content, wrong);
    if (wrong || !value.is_object()) throw std::runtime_error("it is no JSON object");
    const json::object& object = value.get_object();
    PartFacts facts;
    facts.session = text(object, "session");
    facts.part = number<int>(object, "part", 1'000'000);
    facts.started = read_time(text(object, "started"));
    facts.size = {number<int>(object, "width", 0xFFFF), number<int>(object, "height", 0xFFFF)};
    if (!need(object, "continues").is_bool()) throw std::runtime_error("\"continues\" is neither true nor false");
    facts.continues = need(object, "continues").get_bool();
    facts.state = text(object, "state");
    facts.duration_ms = number<std::int64_t>(object, "duration_ms", INT64_MAX);
    facts.bytes = number<std::uint64_t>(object, "bytes", INT64_MAX);
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
    if (!facts.detail.empty()) object["detail"] = facts.detail;
    return json::serialize(object) + "\n";
}

void write_part_facts(const std::filesystem::path& path, const PartFacts& facts) {
    write_file_atomically(path, to_json(facts));
}

PartFacts read_part_facts(const std::filesystem::path& path) {
    const std::string content = read_file(path, largest_file_bytes);
    try {
        return from_json(content);
    } catch (const std::runtime_error& problem) {
        throw std::runtime_error(fmt::format("{}: {}", path.string(), problem.what()));
    }
}

}  // namespace pronto::fbs
