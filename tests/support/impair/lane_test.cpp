#include "tests/support/impair/lane.hpp"

#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::impair;
using namespace std::chrono_literals;

namespace {

const Time start{1h};

/// Packets of 1,000 bytes, numbered.
void put(Lane& lane, std::uint64_t tag, Time now, std::size_t size = 1000) {
    lane.put({Bytes(size), tag}, size, now);
}

std::vector<std::uint64_t> arrived(Lane& lane, Time now) {
    std::vector<std::uint64_t> tags;
    while (const auto packet = lane.take(now)) tags.push_back(packet->tag);
    return tags;
}

using Tags = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("without conditions packets pass at once and in order") {
    Lane lane(1);
    put(lane, 1, start);
    put(lane, 2, start);
    REQUIRE(arrived(lane, start) == Tags{1, 2});
    REQUIRE_FALSE(lane.next(start));
}

TEST_CASE("a delay holds each packet for so long and says when the first is due") {
    Lane lane(1);
    lane.conditions.delay = 150ms;
    put(lane, 1, start);
    put(lane, 2, start + 10ms);
    REQUIRE(*lane.next(start) == start + 150ms);
    REQUIRE(arrived(lane, start + 149ms).empty());
    REQUIRE(arrived(lane, start + 150ms) == Tags{1});
    REQUIRE(arrived(lane, start + 160ms) == Tags{2});
}

TEST_CASE("jitter spreads the delay and keeps the order") {
    Lane lane(1);
    lane.conditions.delay = 100ms;
    lane.conditions.jitter = 50ms;
    Tags all, sent;
    for (std::uint64_t tag = 0; tag < 200; ++tag, sent.push_back(sent.size())) put(lane, tag, start + tag * 10ms);
    bool early = false, late = false;
    for (Time now = start; all.size() < 200; now += 1ms) {
        REQUIRE(now < start + 3s);
        for (const auto tag : arrived(lane, now)) {
            const auto took = now - start - tag * 10ms;
            REQUIRE(took >= 50ms);
            REQUIRE(took <= 151ms);
            early |= took < 90ms;
            late |= took > 110ms;
            all.push_back(tag);
        }
    }
    REQUIRE(all == sent);
    REQUIRE((early && late));
}

TEST_CASE("a rate spaces packets out, and what the queue cannot hold is dropped") {
    Lane lane(1);
    lane.conditions.bits_per_second = 80'000;  // 1,000 bytes in 100 ms
    lane.conditions.queue_bytes = 3000;
    for (std::uint64_t tag = 0; tag < 6; ++tag) put(lane, tag, start);  // one on the wire, three wait
    REQUIRE(lane.counters().overflowed == 2);
    REQUIRE(arrived(lane, start + 99ms).empty());
    REQUIRE(arrived(lane, start + 100ms) == Tags{0});
    REQUIRE(arrived(lane, start + 300ms) == Tags{1, 2});
    REQUIRE(arrived(lane, start + 400ms) == Tags{3});
    put(lane, 7, start + 1s);  // an idle time saves up nothing
    REQUIRE(arrived(lane, start + 1099ms).empty());
    REQUIRE(arrived(lane, start + 1100ms) == Tags{7});
}

TEST_CASE("the usual queue holds what the rate sends in 200 ms, and never less than 16 KB") {
    Conditions conditions;
    conditions.bits_per_second = 10'000'000;
    REQUIRE(conditions.queue() == 250'000);
    conditions.bits_per_second = 1000;
    REQUIRE(conditions.queue() == 16 * 1024);
}

TEST_CASE("a share of the packets is lost, and counted") {
    Lane lane(7);
    lane.conditions.loss = 0.05;
    for (std::uint64_t tag = 0; tag < 20'000; ++tag) put(lane, tag, start, 1);
    const auto through = arrived(lane, start).size();
    REQUIRE(through + lane.counters().lost == 20'000);
    REQUIRE(lane.counters().lost > 800);
    REQUIRE(lane.counters().lost < 1200);
    REQUIRE(lane.counters().packets == 20'000);
    REQUIRE(lane.counters().payload == 20'000);
}

TEST_CASE("a stall keeps packets until it is over") {
    Lane lane(1);
    lane.conditions.delay = 10ms;
    put(lane, 1, start);
    lane.stall(start + 1s);
    put(lane, 2, start);
    REQUIRE(arrived(lane, start + 999ms) == Tags{1});
    REQUIRE(*lane.next(start + 999ms) == start + 1s);
    REQUIRE(arrived(lane, start + 1010ms) == Tags{2});
}

TEST_CASE("an outage loses what is under way and what comes, and nothing after its end") {
    Lane lane(1);
    lane.conditions.delay = 10ms;
    put(lane, 1, start);
    lane.cut(start + 1s);
    put(lane, 2, start + 500ms);
    put(lane, 3, start + 1s);
    REQUIRE(arrived(lane, start + 2s) == Tags{3});
    REQUIRE(lane.counters().lost == 2);
}
