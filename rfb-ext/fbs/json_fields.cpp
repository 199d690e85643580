#include "rfb-ext/fbs/json_fields.hpp"

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
    const auto time = parse_rfc3339(text(object, key));
    if (!time) throw std::runtime_error(fmt::format("\"{}\" is no time", key));
    return *time;
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
