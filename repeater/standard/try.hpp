#pragma once

#include <string>

#include "repeater/net/turn.hpp"

namespace pronto::standard {

/// Before a ticket, a pass or a number is tried: false if this address may not try at all (the try itself then says so)
/// or has too many tries waiting; else after its turn among all the hub's tries, at most 2 s.
inline asio::awaitable<bool> may_try(net::HubThread& hub, std::string address) {
    auto asking = [address](net::HubThread::Desk& desk) { return desk.attempts.allowed(address); };
    const bool allowed = co_await hub.ask(std::move(asking));
    if (!allowed) co_return false;
    co_return co_await net::wait_for_turn(hub, std::move(address));
}

}  // namespace pronto::standard
