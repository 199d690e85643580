#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "rfb-ext/base/clock.hpp"

namespace pronto {

/// How other threads reach the one that owns the model: they post, the owner runs. First come, first run.
class Mailbox {
public:
    using Letter = std::function<void()>;

    /// From any thread. A letter never runs inside post().
    void post(Letter letter);
    /// Called by post() (on the poster's thread) when the box was empty: Fl::awake in a window program. Set before any post.
    void on_post(std::function<void()> wake);

    // The owner's side.
    /// Runs what was in the box when it was called. Returns how many that were.
    std::size_t run();
    /// Waits for a letter until `until`. Returns whether there is one.
    bool wait_until(SteadyTime until);

private:
    std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<Letter> letters_;
    std::function<void()> wake_;
};

}  // namespace pronto
