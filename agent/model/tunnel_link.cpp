#include "agent/model/tunnel_link.hpp"

#include "rfb-ext/tunnel/mailed_link.hpp"
#include "rfb-ext/vnc/screen_server.hpp"

namespace pronto::agent {
namespace {

class TunnelLink final : public Link {
public:
    TunnelLink(Mailbox& mailbox, const Call& call, Events events)
        : hub_(mailbox, call.hub, call.trust,
               {std::move(events.opened), std::move(events.received), std::move(events.failed), std::move(events.interrupted),
                std::move(events.resumable)},
               call.network) {}

    void open(Call call) {
        hub_.open(std::move(call.hello), std::nullopt, tunnel::Lasting::yes, std::move(call.from));
    }
    void send(control::Message message) override { hub_.send(std::move(message)); }

    void open_stream(const control::SessionStream& stream, std::function<void(int)> ready,
                     std::function<void(const tunnel::LinkFailure&)> failed) override {
        const tunnel::Preface preface{std::string(vnc::ScreenServer::greeting), vnc::ScreenServer::answer_bytes,
                                      vnc::ScreenServer::greeting.size()};
        hub_.open_stream(stream, preface, std::move(ready), std::move(failed));
    }
    void retry_now() override { hub_.retry_now(); }
    void use_proxy(tunnel::ProxySettings proxy) override { hub_.use_proxy(std::move(proxy)); }

private:
    tunnel::MailedLink hub_;
};

}  // namespace

Dial dial_through(Mailbox& mailbox) {
    return [&mailbox](Call call, Link::Events events) {
        auto link = std::make_unique<TunnelLink>(mailbox, call, std::move(events));
        link->open(std::move(call));
        return std::unique_ptr<Link>(std::move(link));
    };
}

}  // namespace pronto::agent
