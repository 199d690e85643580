#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "agent/vnc_server/server.hpp"
#include "rfb-ext/tunnel/hub_address.hpp"

namespace pronto::agent {

/// What the agent was started with.
struct Settings {
    std::string hub;         ///< as typed; empty: to be asked for
    tunnel::Trust trust;
    std::string ticket;      ///< as typed; empty: to be asked for
    std::string display;     ///< empty: the user's
    std::filesystem::path known_hubs;
    std::optional<vnc_server::Server> vnc_server = {};  ///< to be shared instead of a display
};

}  // namespace pronto::agent
