#pragma once

#include <cstdint>
#include <optional>

#include "rfb-ext/control/messages.hpp"
#include "rfb-ext/tunnel/hub_link.hpp"

namespace pronto::viewer {

/// What the model needs of the connection to the hub: one at a time, everything on the model's thread.
/// remote/tunnel_link.hpp is the real one.
class Link {
public:
    class Events {
    public:
        virtual void link_opened(const control::Welcome& welcome) = 0;
        virtual void link_received(const control::Envelope& envelope) = 0;
        virtual void link_failed(const tunnel::LinkFailure& failure) = 0;

    protected:
        ~Events() = default;
    };

    struct Target {
        tunnel::HubAddress hub;
        tunnel::Trust trust;
        tunnel::Login login;
    };

    virtual ~Link() = default;
    /// Closes what was open and dials; `events` hears only of the newest opening, never from inside this call.
    virtual void open(const Target& target, control::Hello hello, Events& events) = 0;
    /// The number an answer will carry in `re`.
    virtual std::uint64_t send(control::Message message) = 0;
    /// Nothing is heard after this.
    virtual void close() = 0;
};

}  // namespace pronto::viewer
