#include "viewer/remote/tunnel_link.hpp"

#include <utility>

#include "rfb-ext/base/computer.hpp"
#include "rfb-ext/base/version.hpp"

namespace pronto::viewer {

namespace {

tunnel::LinkFailure not_connected() {
    tunnel::LinkFailure failure;
    failure.error = {control::Code::offline, "There is no connection to the hub.", "Log in again."};
    return failure;
}

}  // namespace

TunnelLink::TunnelLink(Mailbox& mailbox, std::filesystem::path ways_file)
    : mailbox_(mailbox), ways_file_(std::move(ways_file)) {}
TunnelLink::~TunnelLink() = default;

void TunnelLink::open(const Target& target, control::Hello hello, Link::Events& events) {
    close();
    tunnel::HubLink::Events heard;
    heard.opened = [&events](const control::Welcome& welcome) { events.link_opened(welcome); };
    heard.received = [&events](const control::Envelope& envelope) { events.link_received(envelope); };
    heard.failed = [&events](const tunnel::LinkFailure& failure) { events.link_failed(failure); };
    heard.interrupted = [&events](const tunnel::LinkFailure& failure, Millis again_in) {
        events.link_interrupted(failure, again_in);
    };
    tunnel::NetworkSettings network;
    network.proxy = target.proxy;
    network.ways_file = ways_file_;
    hub_ = std::make_unique<tunnel::MailedLink>(mailbox_, target.hub, target.trust, std::move(heard), std::move(network));
    hub_->open(std::move(hello), target.login, tunnel::Lasting::yes);
}

std::uint64_t TunnelLink::send(control::Message message) {
    return hub_ ? hub_->send(std::move(message)) : 0;
}

void TunnelLink::retry_now() {
    if (hub_) hub_->retry_now();
}

void TunnelLink::use_proxy(const tunnel::ProxySettings& proxy) {
    if (hub_) hub_->use_proxy(proxy);
}

void TunnelLink::close() {
    hub_.reset();
}

void TunnelLink::open_stream(const control::SessionStream& stream, std::function<void(int fd)> ready,
                             std::function<void(const tunnel::LinkFailure&)> failed) {
    if (hub_) return hub_->open_stream(stream, tunnel::Preface{}, std::move(ready), std::move(failed));
    mailbox_.post([failed = std::move(failed)] { failed(not_connected()); });
}

void TunnelLink::request(tunnel::RestRequest request, std::function<void(const tunnel::RestAnswer&)> answered,
                         std::function<void(const tunnel::LinkFailure&)> failed) {
    if (hub_) return hub_->request(std::move(request), std::move(answered), std::move(failed));
    mailbox_.post([failed = std::move(failed)] { failed(not_connected()); });
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
