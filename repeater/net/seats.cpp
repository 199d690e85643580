#include "repeater/net/seats.hpp"

#include <utility>

namespace pronto::net {

namespace {

std::shared_ptr<Relay> make_relay(const hub::StreamGrant& grant, const Doorway& door) {
    auto* hub = door.hub;
    const auto session = grant.session;
    const int leg = grant.leg;
    auto ended = [hub, session, leg](hub::StreamEnd end) {
        hub->post([hub, session, leg, end](HubThread::Desk& desk) {
            hub->remove_stream(session, leg);
            desk.hub.stream_closed(session, leg, end);
        });
    };
    auto streaming = [hub, session, leg] {
        hub->post([session, leg](HubThread::Desk& desk) { desk.hub.streaming(session, leg); });
    };
    return std::make_shared<Relay>(door.threads->pick(), grant, door.open_movie, std::move(ended), std::move(streaming));
}

}  // namespace

std::variant<Seat, control::Error> take_seat(HubThread::Desk& desk, const Doorway& door, const std::string& session,
                                             const std::string& stream, const std::string& token) {
    auto redeemed = desk.hub.redeem(session, stream, token);
    if (auto* error = std::get_if<control::Error>(&redeemed)) return std::move(*error);
    const auto& grant = std::get<hub::StreamGrant>(redeemed);
    auto relay = std::dynamic_pointer_cast<Relay>(door.hub->stream(grant.session, grant.leg));
    if (!relay) {
        relay = make_relay(grant, door);
        door.hub->add_stream(grant.session, grant.leg, relay);
    }
    return Seat{std::move(relay), grant.side};
}

asio::awaitable<std::optional<Seat>> find_seat(std::shared_ptr<const Doorway> door, control::SessionStream stream) {
    auto seating = [door, stream](HubThread::Desk& desk) {
        return take_seat(desk, *door, stream.session, stream.stream, stream.token);
    };
    auto seated = co_await door->hub->ask(std::move(seating));
    auto* seat = std::get_if<Seat>(&seated);
    if (!seat) co_return std::nullopt;
    co_return std::move(*seat);
}

}  // namespace pronto::net
