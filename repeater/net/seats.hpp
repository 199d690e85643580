#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "repeater/net/doorway.hpp"

namespace pronto::net {

/// Where one end of a stream has to go.
struct Seat {
    std::shared_ptr<Relay> relay;
    hub::Side side = hub::Side::host;
};

/// On the hub's thread: uses the token up and finds the stream's relay, making it for the first end that comes.
std::variant<Seat, control::Error> take_seat(HubThread::Desk& desk, const Doorway& door, const std::string& session,
                                             const std::string& stream, const std::string& token);

/// The same, asked from a connection's thread with what session.stream said; nothing if that session is over.
asio::awaitable<std::optional<Seat>> find_seat(std::shared_ptr<const Doorway> door, control::SessionStream stream);

}  // namespace pronto::net
