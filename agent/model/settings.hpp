#pragma once

#include <filesystem>
#include <string>

#include "rfb-ext/tunnel/hub_address.hpp"

namespace pronto::agent {

/// What the agent was started with.
struct Settings {
    std::string hub;         ///< as typed; empty: to be asked for
    tunnel::Trust trust;
    std::string ticket;      ///< as typed; empty: to be asked for
    std::string display;     ///< empty: the user's
    std::filesystem::path known_hubs;
};

}  // namespace pronto::agent
