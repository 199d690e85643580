#include "rfb-ext/base/mailbox.hpp"

#include <utility>

namespace pronto {

void Mailbox::post(Letter letter) {
    std::function<void()> wake;
    {
        const std::lock_guard lock(mutex_);
        if (letters_.empty()) wake = wake_;
        letters_.push_back(std::move(letter));
    }
    filled_.notify_one();
    if (wake) wake();
}

void Mailbox::on_post(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
}

std::size_t Mailbox::run() {
    std::deque<Letter> letters;
    {
        const std::lock_guard lock(mutex_);
        letters.swap(letters_);
    }
    for (auto& letter : letters) letter();
    return letters.size();
}

bool Mailbox::wait_until(SteadyTime until) {
    std::unique_lock lock(mutex_);
    return filled_.wait_until(lock, until, [&] { return !letters_.empty(); });
}

}  // namespace pronto
