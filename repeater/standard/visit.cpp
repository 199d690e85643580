#include "repeater/standard/visit.hpp"

#include <utility>

#include "repeater/net/seats.hpp"
#include "repeater/standard/handshake.hpp"
#include "repeater/standard/inner_channel.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::standard {

namespace {

using control::SessionStream;
using Desk = net::HubThread::Desk;

control::Envelope hello() {
    control::Hello hello;
    hello.role = control::Role::viewer;
    hello.software = "a standard VNC viewer";
    return {hello, std::nullopt, std::nullopt};
}

/// On the hub's thread: joins, and asks for what the pass is good for. Why not comes by the channel.
void enter(Desk& desk, hub::PeerId peer, hub::UsedPass& pass, const std::string& address) {
    if (desk.hub.operator_joined(peer, pass.account, hello(), address)) return;
    const auto running = desk.hub.session_of(pass.target);
    control::Message wish = control::SessionRequest{pass.target, pass.mode, std::move(pass.host_password)};
    if (!running.empty()) wish = control::SessionJoin{running, pass.mode};
    desk.hub.received(peer, {std::move(wish), std::nullopt, std::nullopt});
}

/// On the viewer's thread: the viewer becomes one end of its stream.
asio::awaitable<bool> take_place(std::shared_ptr<const Reception> reception, Visitor& visitor, SessionStream stream) {
    const auto seat = co_await net::find_seat(reception->door, std::move(stream));
    if (!seat) co_return false;
    net::Joining joining;
    joining.connection = visitor.socket->hand_over();
    joining.login = std::move(visitor.login);
    seat->relay->join(seat->side, std::move(joining));
    co_return true;
}

/// Why a viewer that is not in yet will not be; nothing: the message says no such thing.
std::optional<std::string> refusal_in(const control::Message& message) {
    if (const auto* refused = std::get_if<control::Refused>(&message)) {
        const auto& error = refused->error;
        return error.remedy.empty() ? error.message : error.message + " " + error.remedy;
    }
    if (const auto* ended = std::get_if<control::SessionEnded>(&message)) return ended->message;
    if (std::holds_alternative<control::HubStopping>(message)) return "The hub is going down.";
    return std::nullopt;
}

}  // namespace

asio::awaitable<void> turn_away(Visitor visitor, std::string reason) {
    constexpr Millis patience{10'000};  // some are started by their proxy's helper, and slowly
    const auto socket = visitor.socket;
    socket->stop_watching();
    if (visitor.login) {
        const auto refusal = visitor.login->refused(reason);
        co_await socket->write(ByteView(refusal), patience);
        co_await socket->finish();
        co_return;
    }
    wire::ViewerLogin::Offer nothing;
    nothing.refusal = std::move(reason);
    wire::ViewerLogin refusing(std::move(nothing));
    const auto greeting = refusing.greeting();
    const auto greeted = co_await socket->write(ByteView(greeting), patience);
    if (greeted.has_value()) co_await advance_once(*socket, refusing, patience);
    co_await socket->finish();
}

asio::awaitable<void> receive(std::shared_ptr<const Reception> reception, Visitor visitor, Judgement judgement) {
    if (auto* pass = std::get_if<hub::UsedPass>(&judgement)) {
        co_await visit(std::move(reception), std::move(visitor), std::move(*pass));
        co_return;
    }
    const auto& reason = std::get<std::string>(judgement);
    log::warning("a viewer from {} was refused: {}", visitor.address, reason);
    co_await turn_away(std::move(visitor), reason);
}

asio::awaitable<void> visit(std::shared_ptr<const Reception> reception, Visitor visitor, hub::UsedPass pass) {
    auto& hub = *reception->door->hub;
    const auto channel = std::make_shared<InnerChannel>(visitor.socket->get_executor());
    visitor.socket->keep_alive(while_in_session);
    visitor.socket->watch([channel] { channel->hang_up(); });
    std::optional<HubPeer> peer;
    auto entering = [&hub, &peer, channel, pass = std::move(pass), address = visitor.address](Desk& desk) mutable {
        peer.emplace(hub, hub.add_channel(channel));  // first: it leaves, too, if the rest throws
        enter(desk, peer->id(), pass, address);
    };
    co_await hub.ask(std::move(entering));
    visitor.place.release();
    bool inside = false;
    for (;;) {
        const auto heard = co_await channel->receive();
        if (!heard) break;
        const auto* stream = std::get_if<SessionStream>(&heard->message);
        if (stream && inside) {
            peer->say(control::SessionEnd{stream->session});  // a standard viewer cannot begin anew
            continue;
        }
        if (stream) {
            inside = co_await take_place(reception, visitor, *stream);
            continue;  // without a seat the session is over: why comes next
        }
        if (inside && std::holds_alternative<control::SessionEnded>(heard->message)) co_return;
        const auto refusal = inside ? std::nullopt : refusal_in(heard->message);
        if (!refusal) continue;
        log::info("a viewer from {} was refused: {}", visitor.address, *refusal);
        peer.reset();
        co_await turn_away(std::move(visitor), *refusal);
        co_return;
    }
    if (!inside) visitor.socket->close();
}

}  // namespace pronto::standard
