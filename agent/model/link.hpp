#pragma once

#include <functional>
#include <memory>

#include "rfb-ext/tunnel/hub_link.hpp"

namespace pronto::agent {

/// What the model needs of the connection to the hub; tunnel_link.hpp is the real one. Used and heard on the model's thread.
class Link {
public:
    struct Events {
        std::function<void(const control::Welcome&)> opened;
        std::function<void(const control::Envelope&)> received;
        std::function<void(const tunnel::LinkFailure&)> failed;
    };
    /// Nothing is heard any more once it is destroyed.
    virtual ~Link() = default;
    virtual void send(control::Message message) = 0;
    /// Joins the stream to a descriptor as vnc::ScreenServer wants it. Exactly one of both is called, unless the link goes
    /// first (then a descriptor that was under way is closed).
    virtual void open_stream(const control::SessionStream& stream, std::function<void(int fd)> ready,
                             std::function<void(const tunnel::LinkFailure&)> failed) = 0;
};

/// Dials the hub and says hello; what becomes of it is heard later, never from inside the call.
using Dial = std::function<std::unique_ptr<Link>(const tunnel::HubAddress& hub, const tunnel::Trust& trust, control::Hello hello,
                                                 Link::Events events)>;

}  // namespace pronto::agent
