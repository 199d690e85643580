#pragma once

#include <memory>

#include "viewer/model/link.hpp"
#include "viewer/remote/mailbox.hpp"
#include "viewer/remote/remote_screens.hpp"

namespace pronto::viewer {

/// tunnel::HubLink, heard on the owner's thread through the mailbox.
class TunnelLink final : public Link, public StreamSource {
public:
    explicit TunnelLink(Mailbox& mailbox);
    ~TunnelLink() override;

    void open(const Target& target, control::Hello hello, Link::Events& events) override;
    std::uint64_t send(control::Message message) override;
    void close() override;

    void open_stream(const control::SessionStream& stream, std::function<void(int fd)> ready,
                     std::function<void(const tunnel::LinkFailure&)> failed) override;

private:
    struct Opening;

    Mailbox& mailbox_;
    std::shared_ptr<Opening> opening_;  ///< letters of an older one are thrown away
    std::unique_ptr<tunnel::HubLink> hub_;
};

/// Who this computer is, for hello: host name, user, system, software.
control::Hello this_console();

}  // namespace pronto::viewer
