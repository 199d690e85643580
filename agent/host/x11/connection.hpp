#pragma once

#include <atomic>
#include <string>

struct _XDisplay;

namespace pronto::host::x11 {

/// A connection to an X server for one thread at a time. Errors on it never end the process: X errors are counted (see
/// take_error), a lost server is a state. Other connections of the process (FLTK's) keep the handlers they had.
class Connection {
public:
    /// `display` as in $DISPLAY; empty: $DISPLAY. Throws std::runtime_error naming the display if it cannot be opened.
    explicit Connection(const std::string& display);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    _XDisplay* get() const { return display_; }
    unsigned long root() const;
    /// For poll: readable when the server has sent something.
    int descriptor() const;
    bool lost() const { return lost_; }
    /// The code of the last X error since the last call, 0 if there was none. Follow requests without an answer by XSync.
    int take_error() { return error_.exchange(0); }

    void note_error(int code) { error_ = code; }
    void note_loss() { lost_ = true; }

private:
    _XDisplay* display_ = nullptr;
    std::atomic<int> error_{0};
    std::atomic<bool> lost_{false};
};

/// Throws std::runtime_error if the display lacks the extension `name`, with what Pronto needs it for.
void require_extension(bool there, const std::string& name, const std::string& purpose);

}  // namespace pronto::host::x11
