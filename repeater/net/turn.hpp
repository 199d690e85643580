#pragma once

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

#include "repeater/net/hub_thread.hpp"
#include "rfb-ext/base/result.hpp"

namespace pronto::net {

/// Holds a try at a password or ticket back until it is its turn in the node's one queue of them (up to 2 s): guessing
/// from many addresses is as slow as from a few. False if this address has too many tries there already: refuse it as
/// `overloaded`. Ask Attempts first whether the address may try at all: who may not must take nobody's place.
inline asio::awaitable<bool> wait_for_turn(HubThread& hub, std::string address) {
    auto queueing = [address](HubThread::Desk& desk) { return desk.attempts.turn(address); };
    const auto wait = co_await hub.ask(std::move(queueing));
    if (!wait) co_return false;
    if (*wait <= Millis::zero()) co_return true;
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, *wait);
    ErrorCode ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_return true;
}

}  // namespace pronto::net
