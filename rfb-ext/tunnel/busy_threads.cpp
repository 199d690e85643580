#include "rfb-ext/tunnel/busy_threads.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include <openssl/ssl.h>

namespace pronto::tunnel {

namespace {

/// Begins with OpenSSL's global state, so that it ends before that.
class BusyThreads {
public:
    static BusyThreads& instance() {
        static BusyThreads threads;
        return threads;
    }
    void count(int more) {
        const std::lock_guard lock(mutex_);
        busy_ += more;
        if (busy_ == 0) idle_.notify_all();
    }

private:
    BusyThreads() { OPENSSL_init_ssl(0, nullptr); }
    ~BusyThreads() {
        std::unique_lock lock(mutex_);
        idle_.wait_for(lock, std::chrono::milliseconds(500), [this] { return busy_ == 0; });
    }

    std::mutex mutex_;
    std::condition_variable idle_;
    int busy_ = 0;
};

}  // namespace

BusyThread::BusyThread() {
    BusyThreads::instance().count(1);
}
BusyThread::~BusyThread() {
    BusyThreads::instance().count(-1);
}

}  // namespace pronto::tunnel
