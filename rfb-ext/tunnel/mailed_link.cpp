#include "rfb-ext/tunnel/mailed_link.hpp"

#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace pronto::tunnel {

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

LinkFailure no_tls(const std::string& why) {
    LinkFailure failure;
    failure.kind = LinkFailure::Kind::unreachable;
    failure.error = {control::Code::internal, why, "Check the OpenSSL installation of this computer."};
    return failure;
}

}  // namespace

MailedLink::MailedLink(Mailbox& mailbox, const HubAddress& hub, const Trust& trust, HubLink::Events events, NetworkSettings network)
    : mailbox_(mailbox), heard_(std::make_shared<HubLink::Events>(std::move(events))) {
    try {
        hub_ = std::make_unique<HubLink>(hub, trust, forwarded(), LinkTimes{}, std::move(network));
    } catch (const std::runtime_error& problem) {
        broken_ = no_tls(problem.what());
    }
}

MailedLink::~MailedLink() = default;

void MailedLink::open(control::Hello hello, std::optional<Login> login, Lasting lasting, std::optional<Resume> from) {
    if (hub_)
        hub_->open(std::move(hello), std::move(login), lasting, std::move(from));
    else
        forward(&HubLink::Events::failed, *broken_);
}

void MailedLink::retry_now() {
    if (hub_) hub_->retry_now();
}

void MailedLink::use_proxy(ProxySettings proxy) {
    if (hub_) hub_->use_proxy(std::move(proxy));
}

std::uint64_t MailedLink::send(control::Message message) {
    return hub_ ? hub_->send(std::move(message)) : 0;
}

void MailedLink::open_stream(const control::SessionStream& stream, Preface preface, std::function<void(int fd)> ready,
                             std::function<void(const LinkFailure&)> failed) {
    const std::weak_ptr<HubLink::Events> alive = heard_;
    auto mail_failure = mailed(std::move(failed));
    if (!hub_) return mail_failure(*broken_);
    hub_->open_stream(
        stream, std::move(preface),
        [&box = mailbox_, alive, ready = std::move(ready)](int fd) {
            box.post([alive, ready, carried = std::make_shared<Carried>(fd)] {
                if (!alive.expired()) ready(carried->take());
            });
        },
        std::move(mail_failure));
}

void MailedLink::request(RestRequest request, std::function<void(const RestAnswer&)> answered,
                         std::function<void(const LinkFailure&)> failed) {
    auto mail_failure = mailed(std::move(failed));
    if (!hub_) return mail_failure(*broken_);
    auto mail_answer = [&box = mailbox_, alive = std::weak_ptr(heard_),
                        answered = std::move(answered)](const RestAnswer& answer) {
        box.post([alive, answered, answer] {
            if (!alive.expired()) answered(answer);
        });
    };
    hub_->request(std::move(request), std::move(mail_answer), std::move(mail_failure));
}

std::function<void(const LinkFailure&)> MailedLink::mailed(std::function<void(const LinkFailure&)> failed) {
    return [&box = mailbox_, alive = std::weak_ptr(heard_), failed = std::move(failed)](const LinkFailure& failure) {
        box.post([alive, failed, failure] {
            if (!alive.expired()) failed(failure);
        });
    };
}

HubLink::Events MailedLink::forwarded() {
    return {[this](const control::Welcome& welcome) { forward(&HubLink::Events::opened, welcome); },
            [this](const control::Envelope& envelope) { forward(&HubLink::Events::received, envelope); },
            [this](const LinkFailure& failure) { forward(&HubLink::Events::failed, failure); },
            [this](const LinkFailure& failure, Millis again_in) { forward(&HubLink::Events::interrupted, failure, again_in); },
            [this](const Resume& resume) { forward(&HubLink::Events::resumable, resume); }};
}

template <class... What>
void MailedLink::forward(std::function<void(What...)> HubLink::Events::*to, std::decay_t<What>... what) {
    mailbox_.post([alive = std::weak_ptr(heard_), to, what...] {
        const auto events = alive.lock();
        if (events && (*events).*to) ((*events).*to)(what...);
    });
}

}  // namespace pronto::tunnel
