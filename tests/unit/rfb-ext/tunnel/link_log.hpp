#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <unistd.h>

#include "rfb-ext/tunnel/hub_link.hpp"
#include "tests/unit/rfb-ext/tunnel/test_hub.hpp"

namespace pronto::tunnel::test {

inline constexpr Millis patience{20'000};

/// What came from the link, to be waited for from the test's thread.
class Log {
public:
    HubLink::Events events() {
        return {[this](const control::Welcome& welcome) { note([&] { welcomes_.push_back(welcome); }); },
                [this](const control::Envelope& envelope) { note([&] { received_.push_back(envelope); }); },
                [this](const LinkFailure& failure) { note([&] { failures_.push_back(failure); }); },
                [this](const LinkFailure& failure, Millis again_in) { note([&] { interruptions_.push_back({failure, again_in}); }); },
                [this](const Resume& resume) { note([&] { resumes_.push_back(resume); }); }};
    }
    std::function<void(int)> ready() {
        return [this](int fd) { note([&] { fd_ = fd; }); };
    }
    std::function<void(const LinkFailure&)> failure() {
        return [this](const LinkFailure& failure) { note([&] { stream_failures_.push_back(failure); }); };
    }
    ~Log() {
        if (fd_) ::close(*fd_);
    }

    struct Interruption {
        LinkFailure failure;
        Millis again_in{};
    };
    Interruption interrupted() { return waited_for(interruptions_); }
    Resume resumable() { return waited_for(resumes_); }
    std::size_t interruptions() {
        const std::lock_guard lock(mutex_);
        return interruptions_.size();
    }
    control::Welcome welcome() { return waited_for(welcomes_); }
    LinkFailure failed() { return waited_for(failures_); }
    LinkFailure stream_failed() { return waited_for(stream_failures_); }
    control::Envelope received() { return waited_for(received_); }
    int fd() { return waited_for(fd_); }
    void close_fd() { ::close(*std::exchange(fd_, std::nullopt)); }
    std::size_t failures() {
        const std::lock_guard lock(mutex_);
        return failures_.size() + stream_failures_.size();
    }
    bool is_welcome() {
        const std::lock_guard lock(mutex_);
        return !welcomes_.empty();
    }

private:
    template <class Change>
    void note(Change change) {
        const std::lock_guard lock(mutex_);
        change();
        changed_.notify_all();
    }
    template <class T>
    T waited_for(std::optional<T>& what) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, patience, [&] { return what.has_value(); })) throw std::runtime_error("nothing came");
        return *what;
    }
    template <class T>
    T waited_for(std::deque<T>& what) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, patience, [&] { return !what.empty(); })) throw std::runtime_error("nothing came");
        T first = std::move(what.front());
        what.pop_front();
        return first;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<control::Welcome> welcomes_;
    std::deque<control::Envelope> received_;
    std::deque<LinkFailure> failures_, stream_failures_;
    std::deque<Interruption> interruptions_;
    std::deque<Resume> resumes_;
    std::optional<int> fd_;
};

inline control::Hello hello(control::Role role) {
    control::Hello hello;
    hello.role = role;
    hello.software = "test";
    return hello;
}

inline Login right_login() { return {TestHub::user, TestHub::password}; }

template <class Condition>
bool eventually(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(Millis(1));
    return condition();
}

}  // namespace pronto::tunnel::test
