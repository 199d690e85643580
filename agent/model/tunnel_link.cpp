#include "agent/model/tunnel_link.hpp"

#include "rfb-ext/tunnel/mailed_link.hpp"
#include "rfb-ext/vnc/screen_server.hpp"

namespace pronto::agent {
namespace {

class TunnelLink final : public Link {
public:
    TunnelLink(Mailbox& mailbox, const tunnel::HubAddress& hub, const tunnel::Trust& trust, Events events)
        : hub_(mailbox, hub, trust, {std::move(events.opened), std::move(events.received), std::move(events.failed)}) {}

    void open(control::Hello hello) { hub_.open(std::move(hello)); }
    void send(control::Message message) override { hub_.send(std::move(message)); }

    void open_stream(const control::SessionStream& stream, std::function<void(int)> ready,
                     std::function<void(const tunnel::LinkFailure&)> failed) override {
        const tunnel::Preface preface{std::string(vnc::ScreenServer::greeting), vnc::ScreenServer::answer_bytes,
                                      vnc::ScreenServer::greeting.size()};
        hub_.open_stream(stream, preface, std::move(ready), std::move(failed));
    }

private:
    tunnel::MailedLink hub_;
};

}  // namespace

Dial dial_through(Mailbox& mailbox) {
    return [&mailbox](const tunnel::HubAddress& hub, const tunnel::Trust& trust, control::Hello hello,
                      Link::Events events) {
        auto link = std::make_unique<TunnelLink>(mailbox, hub, trust, std::move(events));
        link->open(std::move(hello));
        return std::unique_ptr<Link>(std::move(link));
    };
}

}  // namespace pronto::agent
