#pragma once

namespace pronto::agent {

/// SIGTERM and SIGINT as something to wait for. Make it in main before any thread: the threads inherit that the signals are
/// held back.
class StopSignal {
public:
    StopSignal();  ///< throws std::runtime_error
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    int descriptor() const { return descriptor_; }  ///< readable when one has come
    bool came();

private:
    int descriptor_ = -1;
    bool came_ = false;
};

}  // namespace pronto::agent
