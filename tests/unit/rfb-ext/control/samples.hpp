#pragma once

#include <vector>

#include "rfb-ext/control/messages.hpp"

namespace pronto::control {

/// One message of every type, in the order of Message, each field filled with something that differs from its default.
std::vector<Envelope> samples();

}  // namespace pronto::control
