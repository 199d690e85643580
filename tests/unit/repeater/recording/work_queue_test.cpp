#include "repeater/recording/work_queue.hpp"

#include <algorithm>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

using namespace pronto;
using recording::WorkQueue;

namespace {

using Queue = WorkQueue<int>;

std::shared_ptr<int> item(int number) {
    return std::make_shared<int>(number);
}

}  // namespace

TEST_CASE("what has time comes after what has none, and not before its time") {
    Queue queue(Millis{30});
    const auto before = std::chrono::steady_clock::now();
    queue.push_later(item(1));
    queue.push(item(2));
    CHECK(*queue.pop() == 2);
    CHECK(*queue.pop() == 1);
    CHECK(std::chrono::steady_clock::now() - before >= Millis{30});
}

TEST_CASE("the end hands out what is left, also what still had time, then nothing") {
    Queue queue(Millis{60'000});
    queue.push_later(item(1));
    queue.push(item(2));
    queue.stop();
    CHECK(*queue.pop() == 2);
    CHECK(*queue.pop() == 1);
    CHECK(queue.pop() == nullptr);
}

TEST_CASE("somebody who waits for what has time takes what comes meanwhile") {
    Queue queue(Millis{60'000});
    queue.push_later(item(1));
    auto taken = std::async(std::launch::async, [&] { return *queue.pop(); });
    queue.push(item(2));
    CHECK(taken.get() == 2);
    queue.stop();
}

TEST_CASE("several takers get everything once") {
    constexpr int things = 2'000;
    Queue queue(Millis{1});
    std::mutex mutex;
    std::vector<int> taken;
    std::vector<std::thread> takers;
    for (int i = 0; i < 3; ++i)
        takers.emplace_back([&] {
            while (const auto thing = queue.pop()) {
                const std::lock_guard lock(mutex);
                taken.push_back(*thing);
            }
        });
    for (int i = 0; i < things; ++i) i % 3 == 0 ? queue.push(item(i)) : queue.push_later(item(i));
    queue.stop();
    for (auto& taker : takers) taker.join();
    REQUIRE(taken.size() == things);
    std::sort(taken.begin(), taken.end());
    for (int i = 0; i < things; ++i) CHECK(taken[static_cast<std::size_t>(i)] == i);
}
