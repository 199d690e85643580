#pragma once

#include <string>

#include "rfb-ext/control/errors.hpp"

namespace pronto::viewer {

/// Message and remedy as one text for people: "User name or password is wrong. Check both and try again." Whoever worded
/// them may have left out the capital or the full stop.
std::string in_words(const control::Error& error);

}  // namespace pronto::viewer
