#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/files.hpp"

/// Reading the JSON files that lie beside movies: what is missing or of another kind throws std::runtime_error naming
/// the key.
namespace pronto::fbs {

const boost::json::value& need(const boost::json::object& object, std::string_view key);
std::string text(const boost::json::object& object, std::string_view key);
/// The form rfc3339() writes: 2026-11-22T09:30:00.125Z.
UnixMillis time_of(const boost::json::object& object, std::string_view key);

template <class Number>
Number to_number(const boost::json::value& value, std::string_view key, Number most) {
    boost::system::error_code wrong;
    const auto found = value.to_number<std::int64_t>(wrong);
    if (wrong || found < 0 || static_cast<std::uint64_t>(found) > static_cast<std::uint64_t>(most))
        throw std::runtime_error(fmt::format("\"{}\" is no number from 0 to {}", key, most));
    return static_cast<Number>(found);
}
template <class Number>
Number number(const boost::json::object& object, std::string_view key, Number most) {
    return to_number(need(object, key), key, most);
}

bool flag(const boost::json::object& object, std::string_view key);
/// The object in a file's content.
boost::json::object parse_object(const std::string& content);

/// What `read` makes of the object in the file. Throws std::runtime_error naming the path and what is wrong in it.
template <class Read>
auto read_json_file(const std::filesystem::path& path, std::size_t most_bytes, Read read) {
    const std::string content = read_file(path, most_bytes);
    try {
        return read(parse_object(content));
    } catch (const std::runtime_error& problem) {
        throw std::runtime_error(fmt::format("{}: {}", path.string(), problem.what()));
    }
}

}  // namespace pronto::fbs
