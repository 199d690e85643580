#pragma once

#include <functional>
#include <mutex>
#include <vector>

namespace pronto::agent {

/// How the link's and the screen's threads reach the model's. Letters run in the order they came.
class Mailbox {
public:
    using Letter = std::function<void()>;
    /// `wake` is called from any thread whenever there is something to run; it must be quick and not call back.
    explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

    /// From any thread.
    void post(Letter letter) {
        {
            const std::scoped_lock hold(lock_);
            letters_.push_back(std::move(letter));
        }
        wake_();
    }
    /// On the model's thread: runs what has come so far.
    void run() {
        std::vector<Letter> now;
        {
            const std::scoped_lock hold(lock_);
            now.swap(letters_);
        }
        for (auto& letter : now) letter();
    }

private:
    std::function<void()> wake_;
    std::mutex lock_;
    std::vector<Letter> letters_;
};

}  // namespace pronto::agent
