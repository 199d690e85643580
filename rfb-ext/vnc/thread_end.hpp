#pragma once

#include <atomic>

#include "rfb-ext/base/clock.hpp"

namespace pronto::vnc {

/// How a thread that reads and writes a descriptor is woken and ended. Somebody else owns (and closes) the descriptor, the
/// VNC library for one; a duplicate kept here can be shut down at any time, which unblocks the thread wherever it is.
class ThreadEnd {
public:
    /// Throws std::runtime_error, having closed `fd`, when the process is out of descriptors.
    explicit ThreadEnd(int fd);
    ~ThreadEnd();
    ThreadEnd(const ThreadEnd&) = delete;
    ThreadEnd& operator=(const ThreadEnd&) = delete;

    // The owner's side (any thread).
    void wake();
    void cut();

    // The thread's side.
    bool cut_by_owner() const { return cut_; }
    /// Waits until `fd` can be read (or written, if asked), somebody woke the thread or `most` has passed (negative: no
    /// limit). True if somebody woke it.
    bool wait(int fd, Millis most, bool to_write = false);
    /// The thread is done with the connection: the other end sees it close now.
    void finish();

private:
    int duplicate_ = -1;
    int event_ = -1;
    std::atomic<bool> cut_ = false;
};

/// Writing to a connection that has gone must be an error, not the end of the program.
void block_pipe_signal();

}  // namespace pronto::vnc
