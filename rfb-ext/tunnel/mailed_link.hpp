#pragma once

#include <type_traits>

#include "rfb-ext/base/mailbox.hpp"
#include "rfb-ext/tunnel/hub_link.hpp"

namespace pronto::tunnel {

/// A HubLink for a program whose model lives on a thread of its own: everything it says comes as a letter, on the
/// thread that runs the mailbox, which must outlive it. Nothing is heard any more once it is destroyed, not even
/// letters that were under way (a descriptor in one of them is closed).
class MailedLink {
public:
    /// If this computer's TLS cannot be set up, open() leads to `failed`, as whatever else goes wrong.
    MailedLink(Mailbox& mailbox, const HubAddress& hub, const Trust& trust, HubLink::Events events, NetworkSettings network = {});
    ~MailedLink();
    MailedLink(const MailedLink&) = delete;
    MailedLink& operator=(const MailedLink&) = delete;

    void open(control::Hello hello, std::optional<Login> login = std::nullopt, Lasting lasting = Lasting::no,
              std::optional<Resume> from = std::nullopt);
    void retry_now();
    void use_proxy(ProxySettings proxy);
    std::uint64_t send(control::Message message);
    /// As HubLink's; exactly one of `ready` and `failed` is called, unless the link goes first or (lasting) its channel is lost.
    void open_stream(const control::SessionStream& stream, Preface preface, std::function<void(int fd)> ready,
                     std::function<void(const LinkFailure&)> failed);
    /// As HubLink's; exactly one of `answered` and `failed` is called, unless the link goes first.
    void request(RestRequest request, std::function<void(const RestAnswer&)> answered,
                 std::function<void(const LinkFailure&)> failed);

private:
    HubLink::Events forwarded();
    /// Mails a failure to `failed`.
    std::function<void(const LinkFailure&)> mailed(std::function<void(const LinkFailure&)> failed);
    template <class... What>
    void forward(std::function<void(What...)> HubLink::Events::*to, std::decay_t<What>... what);

    Mailbox& mailbox_;
    std::shared_ptr<HubLink::Events> heard_;  ///< letters find out through it whether the link still is
    std::optional<LinkFailure> broken_;       ///< why there is no `hub_`
    std::unique_ptr<HubLink> hub_;
};

}  // namespace pronto::tunnel
