#include "rfb-ext/tunnel/aside.hpp"

#include <pthread.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::tunnel;
using namespace std::chrono_literals;

namespace {

Result<int> result_of(std::function<Result<int>()> work) {
    asio::io_context io;
    Result<int> result = ErrorCode(asio::error::in_progress);
    const auto line = std::make_shared<Lifeline>();
    const std::function<asio::awaitable<void>()> asking = [&]() -> asio::awaitable<void> {
        result = co_await aside(work, line, 30s);
    };
    asio::co_spawn(io, asking(), rethrow);
    io.run();
    return result;
}

/// No thread can be started while it lives: each would have a stack of more than the address space.
struct NoThreads {
    NoThreads() {
        pthread_attr_t huge;
        pthread_getattr_default_np(&usual);
        pthread_attr_init(&huge);
        REQUIRE(pthread_attr_setstacksize(&huge, std::size_t(1) << 50) == 0);
        REQUIRE(pthread_setattr_default_np(&huge) == 0);
        pthread_attr_destroy(&huge);
    }
    ~NoThreads() {
        pthread_setattr_default_np(&usual);
        pthread_attr_destroy(&usual);
    }
    pthread_attr_t usual{};
};

}  // namespace

TEST_CASE("work on another thread brings its result") {
    CHECK(result_of([] { return Result<int>(7); }).value() == 7);
}

TEST_CASE("without memory, work on another thread is an error, not the end of the program") {
    CHECK(result_of([]() -> Result<int> { throw std::bad_alloc(); }).error() == asio::error::no_memory);
}

TEST_CASE("without threads, work on another thread is an error, not the end of the program") {
    const NoThreads none;
    CHECK(result_of([] { return Result<int>(7); }).error() == asio::error::no_memory);
}
