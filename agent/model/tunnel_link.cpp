#include "agent/model/tunnel_link.hpp"

#include <unistd.h>

#include <utility>

#include "rfb-ext/vnc/screen_server.hpp"

namespace pronto::agent {
namespace {

/// A descriptor inside a letter: closed if the letter is thrown away.
class Carried {
public:
    explicit Carried(int fd) : fd_(fd) {}
    ~Carried() {
        if (fd_ >= 0) ::close(fd_);
    }
    Carried(const Carried&) = delete;
    Carried& operator=(const Carried&) = delete;
    int take() { return std::exchange(fd_, -1); }

private:
    int fd_;
};

class TunnelLink final : public Link {
public:
    TunnelLink(Mailbox& mailbox, const tunnel::HubAddress& hub, const tunnel::Trust& trust, Events events)
        : mailbox_(mailbox), heard_(std::make_shared<Events>(std::move(events))), hub_(hub, trust, forwarded()) {}

    void open(control::Hello hello) { hub_.open(std::move(hello)); }
    void send(control::Message message) override { hub_.send(std::move(message)); }

    void open_stream(const control::SessionStream& stream, std::function<void(int)> ready,
                     std::function<void(const tunnel::LinkFailure&)> failed) override {
        const tunnel::Preface preface{std::string(vnc::ScreenServer::greeting), vnc::ScreenServer::answer_bytes,
                                      vnc::ScreenServer::greeting.size()};
        const std::weak_ptr<Events> alive = heard_;
        hub_.open_stream(
            stream, preface,
            [&box = mailbox_, alive, ready = std::move(ready)](int fd) {
                box.post([alive, ready, carried = std::make_shared<Carried>(fd)] {
                    if (!alive.expired()) ready(carried->take());
                });
            },
            [&box = mailbox_, alive, failed = std::move(failed)](const tunnel::LinkFailure& failure) {
                box.post([alive, failed, failure] {
                    if (!alive.expired()) failed(failure);
                });
            });
    }

private:
    tunnel::HubLink::Events forwarded() {
        return {[this](const control::Welcome& welcome) { forward(&Events::opened, welcome); },
                [this](const control::Envelope& envelope) { forward(&Events::received, envelope); },
                [this](const tunnel::LinkFailure& failure) { forward(&Events::failed, failure); }};
    }
    template <class What>
    void forward(std::function<void(const What&)> Events::* to, const What& what) {
        mailbox_.post([alive = std::weak_ptr(heard_), to, what] {
            if (const auto events = alive.lock()) ((*events).*to)(what);
        });
    }

    Mailbox& mailbox_;
    std::shared_ptr<Events> heard_;  ///< letters find out through it whether the link still is
    tunnel::HubLink hub_;
};

}  // namespace

Dial dial_through(Mailbox& mailbox) {
    return [&mailbox](const tunnel::HubAddress& hub, const tunnel::Trust& trust, control::Hello hello, Link::Events events) {
        auto link = std::make_unique<TunnelLink>(mailbox, hub, trust, std::move(events));
        link->open(std::move(hello));
        return std::unique_ptr<Link>(std::move(link));
    };
}

}  // namespace pronto::agent
