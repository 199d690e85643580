#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "agent/vnc_server/server.hpp"

namespace pronto::vnc_server {

/// A VNC server that already runs, shown to any number of viewers: each gets a connection of its own to it. One thread,
/// and no connection while nobody watches. Used from one thread.
class ServerSession {
public:
    using Viewer = std::uint64_t;
    /// On the session's own thread; they must be quick and must not call the session. For each viewer at most one,
    /// once, to be followed by stop(viewer).
    struct Events {
        std::function<void(Viewer, Trouble)> lost;  ///< the server; the viewer's descriptor is open until stop()
        std::function<void(Viewer, std::string why)> viewer_gone;  ///< it has closed its side, or takes nothing
    };
    ServerSession(Server server, Events events, Times times = {});
    /// Cuts all viewers; waits for the goodbyes (at most `times.goodbye`).
    ~ServerSession();
    ServerSession(const ServerSession&) = delete;
    ServerSession& operator=(const ServerSession&) = delete;

    /// Shows the server to one viewer over `fd`, which it takes over, in the state vnc::ScreenServer wants it (this is
    /// an RFB server, too): the connection is made now, and what becomes of it is heard by the events. Throws
    /// std::runtime_error if it is no such descriptor. Of one who may only look, no input reaches the server.
    Viewer start(int fd, Permission permission);
    /// Cuts a viewer, or all; returns when what it held is let go.
    void stop(Viewer viewer);
    void stop();
    /// Text that the viewers' side copied, for the server's clipboard; goes over the connection of a viewer with
    /// control.
    void set_clipboard(std::string text);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto::vnc_server
