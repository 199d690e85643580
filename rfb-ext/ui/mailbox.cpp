#include "rfb-ext/ui/mailbox.hpp"

#include <FL/Fl.H>

#include <deque>
#include <mutex>
#include <utility>

namespace pronto::ui {

/// Who a letter is for; the main thread alone asks whether it still lives.
struct Mailbox::Owner {};

namespace {

class Post {
public:
    void send(std::weak_ptr<void> to, Mailbox::Letter letter) {
        bool first = false;
        {
            const std::lock_guard lock(mutex_);
            first = letters_.empty();
            letters_.emplace_back(std::move(to), std::move(letter));
        }
        // One wake-up for however many letters: FLTK's own ring is small and drops what does not fit.
        if (first) Fl::awake([](void* self) { static_cast<Post*>(self)->deliver(); }, this);
    }

private:
    void deliver() {
        std::deque<std::pair<std::weak_ptr<void>, Mailbox::Letter>> letters;
        {
            const std::lock_guard lock(mutex_);
            letters.swap(letters_);
        }
        for (auto& [to, letter] : letters)
            if (!to.expired()) letter();
    }
    std::mutex mutex_;
    std::deque<std::pair<std::weak_ptr<void>, Mailbox::Letter>> letters_;
};

Post& post_office() {
    static auto& office = *new Post;  // worker threads may outlive statics
    return office;
}

}  // namespace

Mailbox::Mailbox() : owner_(std::make_shared<Owner>()) {}
Mailbox::~Mailbox() = default;

void Mailbox::post(Letter letter) {
    post_office().send(owner_, std::move(letter));
}

std::function<void(Mailbox::Letter)> Mailbox::slot() const {
    return [to = std::weak_ptr<void>(owner_)](Letter letter) { post_office().send(to, std::move(letter)); };
}

}  // namespace pronto::ui
