#pragma once

#include <filesystem>
#include <string>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/tunnel/hub_address.hpp"

namespace pronto::vnc_server {

using Address = tunnel::HubAddress;

/// "127.0.0.1:5901", "[::1]:5900", "desk.example" (port 5900). Throws std::runtime_error if `text` is none of these.
Address parse_address(std::string_view text);

/// Which VNC server, and how to get in.
struct Server {
    Address address;
    std::filesystem::path password_file;  ///< empty: it must not want a password
};

/// What a viewer may do: only look, or also use the server.
enum class Permission { view, control };

/// How long it may take. Tests shorten it.
struct Times {
    /// Name, connection and handshake of the server together: less than the 10 s that the hub waits for all of it, so
    /// that the operator hears what is wrong with the server, and not that a handshake took too long.
    Millis open{8'000};
    Millis stall{15'000};   ///< a side that takes nothing for this long is cut
    Millis goodbye{1'000};  ///< for the server's part of closing
};

/// Why the server cannot be shown, for people.
struct Trouble {
    std::string message;  ///< a sentence
    std::string remedy;   ///< what whoever started the agent can do about it
};

}  // namespace pronto::vnc_server
