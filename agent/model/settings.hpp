#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "agent/vnc_server/server.hpp"
#include "rfb-ext/tunnel/hub_address.hpp"
#include "rfb-ext/tunnel/network.hpp"

namespace pronto::agent {

/// What the agent was started with.
struct Settings {
    std::string hub;         ///< as typed; empty: to be asked for
    tunnel::Trust trust;
    std::string ticket;      ///< as typed; empty: to be asked for
    std::string display;     ///< empty: the user's
    std::filesystem::path known_hubs;
    std::filesystem::path kept_place = {};   ///< empty: nothing is kept for another run
    std::filesystem::path proxy_login = {};  ///< empty: no password can be remembered
    tunnel::NetworkSettings network = {};
    std::optional<vnc_server::Server> vnc_server = {};  ///< to be shared instead of a display
};

}  // namespace pronto::agent
