#pragma once

#include <cstdint>
#include <optional>

#include "rfb-ext/control/messages.hpp"
#include "rfb-ext/tunnel/hub_link.hpp"

namespace pronto::viewer {

/// What the model needs of the connection to the hub: one at a time, everything on the model's thread. Once open it lasts: when
/// it is lost it is dialled again until close().
/// remote/tunnel_link.hpp is the real one.
class Link {
public:
    class Events {
    public:
        virtual void link_opened(const control::Welcome& welcome) = 0;
        virtual void link_received(const control::Envelope& envelope) = 0;
        /// Not opened, or closed again; trying on is of no use.
        virtual void link_failed(const tunnel::LinkFailure& failure) = 0;
        /// It was open and is lost, or another try to get it back has failed; the next one comes `again_in` from now.
        /// link_opened(), or link_failed() in the end, follows.
        virtual void link_interrupted(const tunnel::LinkFailure& failure, Millis again_in) = 0;

    protected:
        ~Events() = default;
    };

    struct Target {
        tunnel::HubAddress hub;
        tunnel::Trust trust;
        tunnel::Login login;
        tunnel::ProxySettings proxy = {};
    };

    virtual ~Link() = default;
    /// Closes what was open and dials; `events` hears only of the newest opening, never from inside this call.
    virtual void open(const Target& target, control::Hello hello, Events& events) = 0;
    /// While it is interrupted: now, not at the next try's time.
    virtual void retry_now() = 0;
    /// From the next dialling on; while it is interrupted, now.
    virtual void use_proxy(const tunnel::ProxySettings& proxy) = 0;
    /// The number an answer will carry in `re`.
    virtual std::uint64_t send(control::Message message) = 0;
    /// Nothing is heard after this.
    virtual void close() = 0;
};

}  // namespace pronto::viewer
