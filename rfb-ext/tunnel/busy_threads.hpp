#pragma once

namespace pronto::tunnel {

/// While it lives, its thread, which nobody joins, is inside a library that takes its globals down at exit: a program
/// that ends waits a moment for such threads. Make one before anything static that they use: what is made later ends
/// earlier.
class BusyThread {
public:
    BusyThread();
    ~BusyThread();
    BusyThread(const BusyThread&) = delete;
    BusyThread& operator=(const BusyThread&) = delete;
};

}  // namespace pronto::tunnel
