#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "repeater/net/hub_thread.hpp"
#include "rfb-ext/control/messages.hpp"

namespace pronto::standard {

namespace asio = boost::asio;

/// The control channel of a peer that the hub plays itself: a standard VNC program speaks nothing but RFB, so the hub
/// says in its stead what an agent or a console would say. Belongs to one thread; Channel's calls may come from any.
class InnerChannel final : public net::Channel, public std::enable_shared_from_this<InnerChannel> {
public:
    explicit InnerChannel(asio::any_io_executor thread) : executor_(std::move(thread)), arrival_(executor_) {}

    /// The hub's next message; nothing once the channel is closed. One wait at a time.
    asio::awaitable<std::optional<control::Envelope>> receive();
    /// The program behind it has gone. On the channel's thread.
    void hang_up();
    /// What probe() does; on the channel's thread.
    void on_probe(std::function<void()> probe) { probe_ = std::move(probe); }

    void send(std::string json) override;
    void close() override;
    void set_in_session(bool) override {}
    std::size_t backlog() const override { return 0; }
    void probe() override;

private:
    asio::any_io_executor executor_;
    asio::steady_timer arrival_;
    std::deque<control::Envelope> heard_;
    std::function<void()> probe_;
    bool closed_ = false;
};

/// Its place at the hub, once it has joined: says what it has to say there, and that it has left when this goes.
class HubPeer {
public:
    HubPeer(net::HubThread& hub, hub::PeerId id) : hub_(hub), serving_(hub.serving()), id_(id) {}
    HubPeer(const HubPeer&) = delete;
    HubPeer& operator=(const HubPeer&) = delete;
    /// At the hub's end connections go last: then there is nobody left to tell.
    ~HubPeer();
    hub::PeerId id() const { return id_; }
    void say(control::Message message) const;

private:
    net::HubThread& hub_;
    std::weak_ptr<void> serving_;
    hub::PeerId id_;
};

}  // namespace pronto::standard
