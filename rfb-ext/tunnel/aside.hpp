#pragma once

#include <exception>
#include <functional>
#include <mutex>
#include <new>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "rfb-ext/tunnel/lifeline.hpp"

namespace pronto::tunnel {

namespace detail {

/// Where work on another thread leaves its result, if anybody still waits for it.
template <class T>
struct Pigeonhole {
    std::mutex mutex;
    Result<T> result = ErrorCode(asio::error::operation_aborted);
    std::shared_ptr<asio::steady_timer> bell;  ///< gone when nobody waits any more

    void deliver(Result<T> made) {
        const std::lock_guard lock(mutex);
        if (!bell) return;
        result = std::move(made);
        asio::post(bell->get_executor(), [weak = std::weak_ptr(bell)] {
            if (const auto still = weak.lock()) still->cancel();
        });
    }
};

/// Without memory or descriptors, work is one more thing that fails.
template <class T>
Result<T> made_by(const std::function<Result<T>()>& work) {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return ErrorCode(asio::error::no_memory);
    }
}

/// Whether the system has a thread for it.
inline bool start_thread(std::function<void()> work) {
    try {
        std::thread(std::move(work)).detach();
        return true;
    } catch (const std::exception&) {  // system_error, bad_alloc
        return false;
    }
}

template <class T>
struct Abandon {
    std::shared_ptr<Pigeonhole<T>> hole;
    ~Abandon() {
        const std::lock_guard lock(hole->mutex);
        hole->bell.reset();
    }
};

}  // namespace detail

/// Runs `work`, which may block for as long as it likes, on a thread of its own. timed_out after `limit`,
/// operation_aborted when the line is cut: the thread is then left to itself, never waited for, and what it makes is
/// thrown away. no_memory where the system has no memory or no thread left.
template <class T>
asio::awaitable<Result<T>> aside(std::function<Result<T>()> work, std::shared_ptr<Lifeline> line, Millis limit) {
    const auto executor = co_await asio::this_coro::executor;
    const auto bell = std::make_shared<asio::steady_timer>(executor, limit);
    const auto hole = std::make_shared<detail::Pigeonhole<T>>();
    hole->bell = bell;
    const detail::Abandon<T> abandon{hole};
    const Lifeline::Hold hold(line, [bell] { bell->cancel(); });
    if (line->is_cut()) co_return ErrorCode(asio::error::operation_aborted);
    const std::function<void()> job = [hole, work = std::move(work)] { hole->deliver(detail::made_by(work)); };
    if (!detail::start_thread(job)) co_return ErrorCode(asio::error::no_memory);
    const auto token = asio::as_tuple(asio::use_awaitable);
    const auto [rung] = co_await bell->async_wait(token);
    if (line->is_cut()) co_return ErrorCode(asio::error::operation_aborted);
    if (!rung) co_return ErrorCode(asio::error::timed_out);
    const std::lock_guard lock(hole->mutex);
    co_return std::move(hole->result);
}

}  // namespace pronto::tunnel
