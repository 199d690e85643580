#pragma once

namespace pronto::host::x11 {

/// Lets one thread wake another that waits on descriptors.
class Waker {
public:
    Waker();  ///< throws std::runtime_error when the process has no descriptors left
    ~Waker();
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;

    void wake();
    /// Waits until `descriptor` is readable, wake() was called or `timeout_ms` (-1: none) have passed.
    /// Returns false when `descriptor` is broken (the X server is gone).
    bool wait(int descriptor, int timeout_ms);

private:
    int event_ = -1;
};

}  // namespace pronto::host::x11
