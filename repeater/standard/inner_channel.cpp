#include "repeater/standard/inner_channel.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/result.hpp"
#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/control/codec.hpp"

namespace pronto::standard {

asio::awaitable<std::optional<control::Envelope>> InnerChannel::receive() {
    const auto self = shared_from_this();
    while (heard_.empty()) {
        if (closed_) co_return std::nullopt;
        arrival_.expires_at(asio::steady_timer::time_point::max());
        ErrorCode cancelled;
        co_await arrival_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    auto next = std::move(heard_.front());
    heard_.pop_front();
    co_return next;
}

void InnerChannel::hang_up() {
    closed_ = true;
    heard_.clear();
    arrival_.cancel();
}

void InnerChannel::send(std::string json) {
    asio::post(executor_, [self = shared_from_this(), json = std::move(json)]() mutable {
        if (self->closed_) return;
        auto envelope = control::decode(json);
        wipe(json);  // may hold a VNC server's password
        if (envelope.has_error()) return log::error("the hub said something that it does not understand itself");
        self->heard_.push_back(std::move(envelope).value());
        self->arrival_.cancel();
    });
}

void InnerChannel::close() {
    asio::post(executor_, [self = shared_from_this()] {
        self->closed_ = true;
        self->arrival_.cancel();
    });
}

void InnerChannel::probe() {
    asio::post(executor_, [self = shared_from_this()] {
        if (self->probe_) self->probe_();
    });
}

HubPeer::~HubPeer() {
    if (serving_.expired()) return;
    hub_.post([hub = &hub_, id = id_](net::HubThread::Desk& desk) {
        desk.hub.left(id);
        hub->remove_channel(id);
    });
}

void HubPeer::say(control::Message message) const {
    hub_.post([id = id_, message = std::move(message)](net::HubThread::Desk& desk) {
        desk.hub.received(id, {message, std::nullopt, std::nullopt});
    });
}

}  // namespace pronto::standard
