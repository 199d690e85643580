#pragma once

#include <functional>
#include <memory>

namespace pronto::ui {

/// The one way from worker threads to FLTK's main thread. Letters are run in order, from inside Fl::wait(), after
/// ui::start() (or Fl::lock()) was called. When the mailbox is gone, its letters are thrown away unread: give each
/// window or model that letters refer to a mailbox of its own as its last member.
class Mailbox {
public:
    using Letter = std::function<void()>;
    Mailbox();
    /// On the main thread.
    ~Mailbox();
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    /// From any thread, while the mailbox exists; never blocks for long. Use slot() where it may be gone already.
    void post(Letter letter);
    /// Something to post through that may outlive the mailbox: then it does nothing.
    std::function<void(Letter)> slot() const;

private:
    struct Owner;
    std::shared_ptr<Owner> owner_;
};

}  // namespace pronto::ui
