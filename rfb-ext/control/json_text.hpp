#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "rfb-ext/base/result.hpp"

namespace pronto::control {

/// JSON to and from text as boost::json::parse and serialize do it, but with the room they work in wiped: they would
/// leave copies of passwords and tokens on the stack. `deepest`: how many levels of objects and lists are allowed.
Result<boost::json::value> parse_json(std::string_view text, std::size_t deepest);
std::string write_json(const boost::json::object& object);

}  // namespace pronto::control
