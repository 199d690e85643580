#pragma once

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

#include "repeater/net/hub_thread.hpp"
#include "rfb-ext/base/result.hpp"

namespace pronto::net {

/// Holds an attempt at a password, ticket or token back for as long as the node's rate of misses asks (up to 2 s): guessing
/// from many addresses is slow, and nobody is locked out.
inline asio::awaitable<void> wait_for_turn(HubThread& hub) {
    auto asking = [](HubThread::Desk& desk) { return desk.attempts.delay(); };
    const Millis delay = co_await hub.ask(std::move(asking));
    if (delay <= Millis::zero()) co_return;
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, delay);
    ErrorCode ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace pronto::net
