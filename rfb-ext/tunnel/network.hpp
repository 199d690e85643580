#pragma once

#include <filesystem>
#include <string>

#include "rfb-ext/base/secrets.hpp"

namespace pronto::tunnel {

/// How connections leave this computer.
struct ProxySettings {
    enum class Mode {
        system,  ///< environment, desktop, PAC: as libproxy finds them
        none,    ///< straight
        custom,
    };
    Mode mode = Mode::system;
    std::string url{};   ///< custom: "http://proxy.example:3128", "https://...", "socks5://..."; "proxy.example:3128" is http
    std::string user{};  ///< empty: none. "DOMAIN\\user" for NTLM
    Secret password{};
    /// The proxy that gets user and password, as to_text(ProxyAddress); empty: custom's. No other does: in another network
    /// the system may name a stranger's.
    std::string login_for{};
    bool login_for_any = false;  ///< whichever proxy `mode` names gets them: asked for in this run, never kept
};

struct NetworkSettings {
    ProxySettings proxy;
    /// Remembers which port and proxy worked in which network (0600); empty: nothing is remembered.
    std::filesystem::path ways_file{};
};

}  // namespace pronto::tunnel
