#include "rfb-ext/fbs/json_fields.hpp"

#include <chrono>
#include <cstdio>

namespace pronto::fbs {

namespace json = boost::json;

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

UnixMillis time_of(const json::object& object, std::string_view key) {
    const std::string written = text(object, key);
    const auto refuse = [&] { throw std::runtime_error(fmt::format("\"{}\" is no time", key)); };
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millis = 0;
    char end = 0;
    if (written.size() != 24 ||
        std::sscanf(written.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3d%c", &year, &month, &day, &hour, &minute, &second,
                    &millis, &end) != 8 ||
        end != 'Z')
        refuse();
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) refuse();
    const auto time = sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + milliseconds(millis);
    return duration_cast<milliseconds>(time.time_since_epoch()).count();
}

bool flag(const json::object& object, std::string_view key) {
    const json::value& value = need(object, key);
    if (!value.is_bool()) throw std::runtime_error(fmt::format("\"{}\" is neither true nor false", key));
    return value.get_bool();
}

json::object parse_object(const std::string& content) {
    boost::system::error_code wrong;
    const json::value value = json::parse(content, wrong);
    if (wrong || !value.is_object()) throw std::runtime_error("it is no JSON object");
    return value.get_object();
}

}  // namespace pronto::fbs
