#pragma once

#include <functional>
#include <memory>

#include <boost/asio/steady_timer.hpp>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/result.hpp"

namespace pronto::net {

namespace asio = boost::asio;

/// Does something (closes a connection) unless it is destroyed in time. For use on one thread.
class Deadline {
public:
    template <class Executor>
    Deadline(const Executor& executor, Millis life, std::function<void()> missed)
        : timer_(executor, life), missed_(std::make_shared<std::function<void()>>(std::move(missed))) {
        timer_.async_wait([missed = std::weak_ptr(missed_)](const ErrorCode& error) {
            const auto still = missed.lock();
            if (!error && still) (*still)();
        });
    }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

private:
    asio::steady_timer timer_;
    std::shared_ptr<std::function<void()>> missed_;  ///< gone with the deadline: a queued handler then does nothing
};

}  // namespace pronto::net
