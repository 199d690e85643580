#include "tests/support/impair/control.hpp"

#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::impair;

namespace {

const Time start{std::chrono::hours(1)};

Bytes packet(std::initializer_list<std::pair<std::size_t, Byte>> set, std::size_t size) {
    Bytes bytes(size);
    for (const auto& [at, value] : set) bytes[at] = value;
    return bytes;
}

}  // namespace

TEST_CASE("a line sets one direction or both") {
    Lanes lanes{Lane(1), Lane(2)};
    REQUIRE(obey(lanes, "delay 150", start) == "ok");
    REQUIRE(obey(lanes, "left loss 5", start) == "ok");
    REQUIRE(obey(lanes, "right rate 1000000", start) == "ok");
    REQUIRE(lanes.to_right.conditions.delay.count() == Approx(0.15));
    REQUIRE(lanes.to_left.conditions.delay.count() == Approx(0.15));
    REQUIRE(lanes.to_right.conditions.loss == Approx(0.05));
    REQUIRE(lanes.to_left.conditions.loss == 0);
    REQUIRE(lanes.to_left.conditions.bits_per_second == 1'000'000);
}

TEST_CASE("what is not understood is said and changes nothing") {
    Lanes lanes{Lane(1), Lane(2)};
    REQUIRE(obey(lanes, "delay", start) == "error: delay needs a number that is not negative");
    REQUIRE(obey(lanes, "delay -1", start) == "error: delay needs a number that is not negative");
    REQUIRE(obey(lanes, "speed 3", start) == "error: unknown word speed");
}

TEST_CASE("where nothing may be lost an outage keeps what comes and loss is refused") {
    Lanes lanes{Lane(1), Lane(2), true};
    REQUIRE(obey(lanes, "outage 1", start) == "ok");
    lanes.to_right.put({Bytes(10)}, 10, start);
    REQUIRE(lanes.to_right.take(start + std::chrono::seconds(1)));
    REQUIRE(obey(lanes, "loss 5", start) == "error: there are no packets to lose here");
}

TEST_CASE("counters come as JSON, each side's by what it sent") {
    Lanes lanes{Lane(1), Lane(2)};
    lanes.to_right.put({Bytes(10)}, 4, start);
    REQUIRE(obey(lanes, "counters", start) ==
            R"({"left": {"packets": 1, "bytes": 10, "tcp_payload": 4, "lost": 0, "overflowed": 0}, )"
            R"("right": {"packets": 0, "bytes": 0, "tcp_payload": 0, "lost": 0, "overflowed": 0}})");
}

TEST_CASE("TCP payload is what follows both headers") {
    REQUIRE(tcp_payload(packet({{0, 0x45}, {3, 60}, {9, 6}, {32, 0x80}}, 60)) == 8);  // options: 32 bytes of TCP header
    REQUIRE(tcp_payload(packet({{0, 0x45}, {3, 40}, {9, 6}, {32, 0x50}}, 40)) == 0);
    REQUIRE(tcp_payload(packet({{0, 0x45}, {3, 60}, {9, 17}, {32, 0x50}}, 60)) == 0);  // UDP
    REQUIRE(tcp_payload(packet({{0, 0x60}, {5, 30}, {6, 6}, {52, 0x50}}, 70)) == 10);  // IPv6
    REQUIRE(tcp_payload(Bytes(10)) == 0);
}
