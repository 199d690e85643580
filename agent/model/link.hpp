#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "rfb-ext/tunnel/hub_link.hpp"

namespace pronto::agent {

/// What the model needs of the connection to the hub; tunnel_link.hpp is the real one. Used and heard on the model's thread.
class Link {
public:
    struct Events {
        std::function<void(const control::Welcome&)> opened;  ///< also each time when it is back
        std::function<void(const control::Envelope&)> received;
        std::function<void(const tunnel::LinkFailure&)> failed;
        /// Once it was open, or if it was resumed: it is lost, streams too, and is tried again by itself.
        std::function<void(const tunnel::LinkFailure&, Millis again_in)> interrupted;
        std::function<void(const tunnel::Resume&)> resumable;  ///< after each `opened`
    };
    /// Says goodbye. Nothing is heard any more once it is destroyed.
    virtual ~Link() = default;
    /// Dropped while it is interrupted, but for the end of a session.
    virtual void send(control::Message message) = 0;
    /// Joins the stream to a descriptor as vnc::ScreenServer wants it. Exactly one of both is called, unless the link goes
    /// first (then a descriptor that was under way is closed), or is interrupted.
    virtual void open_stream(const control::SessionStream& stream, std::function<void(int fd)> ready,
                             std::function<void(const tunnel::LinkFailure&)> failed) = 0;
    virtual void retry_now() = 0;
    virtual void use_proxy(tunnel::ProxySettings proxy) = 0;
};

struct Call {
    tunnel::HubAddress hub;
    tunnel::Trust trust;
    control::Hello hello;
    std::optional<tunnel::Resume> from{};  ///< in place of a ticket
    tunnel::NetworkSettings network{};
};
/// Dials the hub and says hello; what becomes of it is heard later, never from inside the call.
using Dial = std::function<std::unique_ptr<Link>(Call call, Link::Events events)>;

}  // namespace pronto::agent
