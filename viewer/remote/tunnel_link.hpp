#pragma once

#include <filesystem>
#include <memory>

#include "rfb-ext/tunnel/mailed_link.hpp"
#include "viewer/model/link.hpp"
#include "viewer/remote/remote_movies.hpp"
#include "viewer/remote/remote_screens.hpp"

namespace pronto::viewer {

/// tunnel::HubLink, heard on the owner's thread through the mailbox.
class TunnelLink final : public Link, public StreamSource, public RequestSource {
public:
    /// `ways_file`: see tunnel::NetworkSettings.
    explicit TunnelLink(Mailbox& mailbox, std::filesystem::path ways_file = {});
    ~TunnelLink() override;

    void open(const Target& target, control::Hello hello, Link::Events& events) override;
    std::uint64_t send(control::Message message) override;
    void retry_now() override;
    void use_proxy(const tunnel::ProxySettings& proxy) override;
    void close() override;

    void open_stream(const control::SessionStream& stream, std::function<void(int fd)> ready,
                     std::function<void(const tunnel::LinkFailure&)> failed) override;

    void request(tunnel::RestRequest request, std::function<void(const tunnel::RestAnswer&)> answered,
                 std::function<void(const tunnel::LinkFailure&)> failed) override;

private:
    Mailbox& mailbox_;
    const std::filesystem::path ways_file_;
    std::unique_ptr<tunnel::MailedLink> hub_;  ///< a fresh one for each opening
};

/// Who this computer is, for hello: host name, user, system, software.
control::Hello this_console();

}  // namespace pronto::viewer
