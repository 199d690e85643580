#include "tests/support/impair/control.hpp"

#include <sstream>
#include <vector>

#include <fmt/format.h>

namespace pronto::impair {

namespace {

Clock::duration seconds(double count) {
    return std::chrono::duration_cast<Clock::duration>(Seconds(count));
}

bool apply(Lane& lane, const std::string& word, double value, Time now) {
    Conditions& conditions = lane.conditions;
    if (word == "delay")
        conditions.delay = Seconds(value / 1000);
    else if (word == "jitter")
        conditions.jitter = Seconds(value / 1000);
    else if (word == "loss")
        conditions.loss = value / 100;
    else if (word == "rate")
        conditions.bits_per_second = value;
    else if (word == "queue")
        conditions.queue_bytes = static_cast<std::size_t>(value);
    else if (word == "stall")
        lane.stall(now + seconds(value));
    else if (word == "outage")
        lane.cut(now + seconds(value));
    else
        return false;
    return true;
}

std::string json(const Counters& counters) {
    return fmt::format(R"({{"packets": {}, "bytes": {}, "tcp_payload": {}, "lost": {}, "overflowed": {}}})",
                       counters.packets, counters.bytes, counters.payload, counters.lost, counters.overflowed);
}

}  // namespace

std::string obey(Lanes& lanes, std::string_view line, Time now) {
    std::istringstream words{std::string(line)};
    std::string word;
    words >> word;
    if (word == "counters")
        return fmt::format(R"({{"left": {}, "right": {}}})", json(lanes.to_right.counters()),
                           json(lanes.to_left.counters()));
    std::vector<Lane*> which{&lanes.to_right, &lanes.to_left};
    if (word == "left" || word == "right") {
        which = {word == "left" ? &lanes.to_right : &lanes.to_left};
        words >> word;
    }
    if (word == "loss" && lanes.lossless) return "error: there are no packets to lose here";
    double value = -1;
    if (!(words >> value) || value < 0) return fmt::format("error: {} needs a number that is not negative", word);
    for (Lane* lane : which)
        if (!apply(*lane, word == "outage" && lanes.lossless ? "stall" : word, value, now))
            return fmt::format("error: unknown word {}", word);
    return "ok";
}

std::size_t tcp_payload(ByteView packet) {
    constexpr unsigned tcp = 6;
    if (packet.size() < 20) return 0;
    const auto word = [&](std::size_t at) { return static_cast<std::size_t>(packet[at]) << 8 | packet[at + 1]; };
    const unsigned version = packet[0] >> 4;
    std::size_t header = 0;
    std::size_t total = 0;
    if (version == 4 && packet[9] == tcp) {
        header = static_cast<std::size_t>(packet[0] & 15) * 4;
        total = word(2);
    } else if (version == 6 && packet.size() >= 40 && packet[6] == tcp) {
        header = 40;
        total = 40 + word(4);
    }
    if (header == 0 || packet.size() < header + 20) return 0;
    header += static_cast<std::size_t>(packet[header + 12] >> 4) * 4;
    return total > header ? total - header : 0;
}

}  // namespace pronto::impair
