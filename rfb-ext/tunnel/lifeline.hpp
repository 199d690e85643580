#pragma once

#include <exception>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/result.hpp"

namespace pronto::tunnel {

namespace asio = boost::asio;

/// For co_spawn. No work of the link ends in an exception: a peer's mistake is a value, and what a callback of the program
/// throws must not vanish (asio::detached would drop it).
inline void rethrow(std::exception_ptr trouble) {
    if (trouble) std::rethrow_exception(trouble);
}

/// How somebody outside ends work that waits in a coroutine, whatever it is waiting for at the moment. For one thread.
class Lifeline {
public:
    /// Ends what is under way (its present Hold's action runs) and everything that starts later.
    void cut() {
        is_cut_ = true;
        if (const auto action = action_) action();
    }
    bool is_cut() const { return is_cut_; }

    /// While it lives, cutting runs `action`; at once if the line is cut already.
    class Hold {
    public:
        Hold(std::shared_ptr<Lifeline> line, std::function<void()> action) : line_(std::move(line)) {
            line_->action_ = std::move(action);
            if (line_->is_cut_) line_->action_();
        }
        ~Hold() { line_->action_ = nullptr; }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

    private:
        std::shared_ptr<Lifeline> line_;
    };

private:
    bool is_cut_ = false;
    std::function<void()> action_;
};

/// Runs `missed` (closes something) unless it is destroyed or set again in time.
class Deadline {
public:
    Deadline(const asio::any_io_executor& executor, std::function<void()> missed)
        : timer_(executor), state_(std::make_shared<State>(State{std::move(missed)})) {}
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    void set(Millis from_now) {
        timer_.expires_after(from_now);
        const auto turn = ++state_->turn;
        timer_.async_wait([turn, weak = std::weak_ptr(state_)](const ErrorCode& error) {
            const auto state = weak.lock();
            if (error || !state || state->turn != turn) return;
            state->is_missed = true;
            state->missed();
        });
    }
    void stop() {
        ++state_->turn;
        timer_.cancel();
    }
    bool is_missed() const { return state_->is_missed; }

private:
    struct State {
        std::function<void()> missed;
        unsigned turn = 0;  ///< a handler that was already queued when the deadline moved belongs to an older turn
        bool is_missed = false;
    };
    asio::steady_timer timer_;
    std::shared_ptr<State> state_;
};

/// One step with a deadline that can also be cut: either way `close` runs.
class Step {
public:
    Step(const asio::any_io_executor& executor, std::shared_ptr<Lifeline> line, Millis limit, std::function<void()> close)
        : hold_(std::move(line), close), deadline_(executor, close) {
        deadline_.set(limit);
    }
    bool is_missed() const { return deadline_.is_missed(); }

private:
    Lifeline::Hold hold_;
    Deadline deadline_;
};

}  // namespace pronto::tunnel
