#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace pronto::net {

namespace asio = boost::asio;

/// N threads with an io_context each. A connection lives on one of them, and a session's legs all on the same one: no
/// strand, lock or thread hop per message.
class RelayThreads {
public:
    explicit RelayThreads(std::size_t count);
    ~RelayThreads();

    /// The next one in turn.
    asio::io_context& pick();
    /// Lets what is under way come to its end, then ends the threads.
    void join();
    /// Ends the threads now.
    void stop();

private:
    struct One {
        asio::io_context context{1};
        asio::executor_work_guard<asio::io_context::executor_type> busy = asio::make_work_guard(context);
        std::thread thread;
    };
    std::vector<std::unique_ptr<One>> threads_;
    std::atomic<std::size_t> next_{0};
};

}  // namespace pronto::net
