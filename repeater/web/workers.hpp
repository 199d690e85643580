#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace pronto::web {

namespace asio = boost::asio;

/// A few threads for what would hold up a relay thread (Argon2, database reads), with a bounded queue before them.
class Workers {
public:
    Workers(std::size_t threads, int longest_queue) : pool_(threads), most_(static_cast<int>(threads) + longest_queue) {}
    ~Workers() { pool_.join(); }

    /// What `work()` returns, or nothing if too much is waiting already. Exceptions reach the caller.
    template <class Work>
    asio::awaitable<std::optional<std::invoke_result_t<Work>>> run(Work work) {
        if (under_way_->fetch_add(1) >= most_) {
            --*under_way_;
            co_return std::nullopt;
        }
        const Leaving leaving{under_way_};
        auto task = call(std::move(work));
        co_return co_await asio::co_spawn(pool_, std::move(task), asio::use_awaitable);
    }

private:
    struct Leaving {
        std::shared_ptr<std::atomic<int>> count;  ///< outlives the workers when a caller is cut at the hub's end
        ~Leaving() { --*count; }
    };
    template <class Work>
    static asio::awaitable<std::invoke_result_t<Work>> call(Work work) {
        co_return work();
    }

    asio::thread_pool pool_;
    const int most_;
    std::shared_ptr<std::atomic<int>> under_way_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace pronto::web
