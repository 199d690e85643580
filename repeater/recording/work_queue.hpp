#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "rfb-ext/base/clock.hpp"

namespace pronto::recording {

/// What recorder threads do next: some things at once, others when their time has come, whichever is first.
template <class Item>
class WorkQueue {
public:
    /// `hold`: how long push_later() keeps a thing back.
    explicit WorkQueue(Millis hold) : hold_(hold) {}

    void push(std::shared_ptr<Item> item) {
        {
            const std::lock_guard lock(mutex_);
            now_.push_back(std::move(item));
        }
        wake_.notify_one();
    }
    void push_later(std::shared_ptr<Item> item) {
        bool first = false;
        {
            const std::lock_guard lock(mutex_);
            first = later_.empty();
            later_.push_back({std::chrono::steady_clock::now() + hold_, std::move(item)});
        }
        if (first) wake_.notify_one();  // otherwise somebody waits for an earlier one already
    }
    /// Waits for the next thing. Nothing once stop() was called and all is handed out.
    std::shared_ptr<Item> pop() {
        std::unique_lock lock(mutex_);
        for (;;) {
            if (!now_.empty()) return take(now_, now_.front());
            if (later_.empty()) {
                if (stopping_) return nullptr;
                wake_.wait(lock);
            } else if (stopping_ || std::chrono::steady_clock::now() >= later_.front().due) {
                return take(later_, later_.front().item);
            } else {
                const auto due = later_.front().due;  // a copy: another thread may take that one meanwhile
                wake_.wait_until(lock, due);
            }
        }
    }
    void stop() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
    }

private:
    struct Later {
        SteadyTime due;
        std::shared_ptr<Item> item;
    };
    template <class List>
    std::shared_ptr<Item> take(List& list, std::shared_ptr<Item>& item) {
        auto taken = std::move(item);
        list.pop_front();
        // The taker may be busy for long: whoever waits without a time must now watch the rest.
        if (!now_.empty() || !later_.empty()) wake_.notify_one();
        return taken;
    }

    const Millis hold_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::shared_ptr<Item>> now_;
    std::deque<Later> later_;  ///< in order: all are kept back equally long
    bool stopping_ = false;
};

}  // namespace pronto::recording
