#include "viewer/remote/tunnel_link.hpp"

#include <stdexcept>
#include <unistd.h>
#include <utility>

#include "rfb-ext/base/computer.hpp"
#include "rfb-ext/base/version.hpp"

namespace pronto::viewer {

namespace {

/// A descriptor inside a letter: closed if the letter is never opened.
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

}  // namespace

struct TunnelLink::Opening {
    Link::Events* events = nullptr;  ///< the owner's thread only; null once closed
};

TunnelLink::TunnelLink(Mailbox& mailbox) : mailbox_(mailbox) {}
TunnelLink::~TunnelLink() { close(); }

void TunnelLink::open(const Target& target, control::Hello hello, Link::Events& events) {
    close();
    opening_ = std::make_shared<Opening>(Opening{&events});
    const auto opening = opening_;
    Mailbox& box = mailbox_;
    tunnel::HubLink::Events heard;
    heard.opened = [&box, opening](const control::Welcome& welcome) {
        box.post([opening, welcome] {
            if (opening->events) opening->events->link_opened(welcome);
        });
    };
    heard.received = [&box, opening](const control::Envelope& envelope) {
        box.post([opening, envelope] {
            if (opening->events) opening->events->link_received(envelope);
        });
    };
    heard.failed = [&box, opening](const tunnel::LinkFailure& failure) {
        box.post([opening, failure] {
            if (opening->events) opening->events->link_failed(failure);
        });
    };
    const auto failed = heard.failed;
    try {
        hub_ = std::make_unique<tunnel::HubLink>(target.hub, target.trust, std::move(heard));
        hub_->open(std::move(hello), target.login);
    } catch (const std::runtime_error& problem) {  // this computer's TLS cannot be set up
        tunnel::LinkFailure failure;
        failure.kind = tunnel::LinkFailure::Kind::unreachable;
        failure.error = {control::Code::internal, problem.what(), "Check the OpenSSL installation of this computer."};
        failed(failure);
    }
}

std::uint64_t TunnelLink::send(control::Message message) { return hub_ ? hub_->send(std::move(message)) : 0; }

void TunnelLink::close() {
    if (opening_) opening_->events = nullptr;
    opening_.reset();
    if (hub_) hub_->close();
    hub_.reset();
}

void TunnelLink::open_stream(const control::SessionStream& stream, std::function<void(int fd)> ready,
                             std::function<void(const tunnel::LinkFailure&)> failed) {
    Mailbox& box = mailbox_;
    if (!hub_) {
        tunnel::LinkFailure failure;
        failure.error = {control::Code::offline, "There is no connection to the hub.", "Log in again."};
        return box.post([failed = std::move(failed), failure] { failed(failure); });
    }
    hub_->open_stream(
        stream, tunnel::Preface{},
        [&box, ready = std::move(ready)](int fd) {
            box.post([ready, carried = std::make_shared<Carried>(fd)] { ready(carried->take()); });
        },
        [&box, failed = std::move(failed)](const tunnel::LinkFailure& failure) {
            box.post([failed, failure] { failed(failure); });
        });
}

control::Hello this_console() {
    control::Hello hello;
    hello.role = control::Role::operator_;
    hello.software = std::string("pronto-viewer ") + version;
    hello.host_name = host_name();
    hello.user = user_name();
    hello.system = system_name();
    return hello;
}

}  // namespace pronto::viewer
