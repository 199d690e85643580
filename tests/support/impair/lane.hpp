#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>

#include "rfb-ext/base/bytes.hpp"

namespace pronto::impair {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;
using Seconds = std::chrono::duration<double>;

/// What one direction of a network does to packets. All can be changed while packets are under way.
struct Conditions {
    Seconds delay{0};
    Seconds jitter{0};            ///< evenly, up to so much more or less than `delay`; the order stays
    double loss = 0;              ///< share of packets, 0..1
    double bits_per_second = 0;   ///< 0: no limit
    std::size_t queue_bytes = 0;  ///< waiting for the wire; 0: what the rate sends in 200 ms, at least 16 KB
    std::size_t queue() const;
};

struct Packet {
    Bytes bytes;
    std::uint64_t tag = 0;  ///< the caller's
};

struct Counters {
    std::uint64_t packets = 0;  ///< that came, whatever became of them
    std::uint64_t bytes = 0;
    std::uint64_t payload = 0;     ///< of those, TCP payload
    std::uint64_t lost = 0;        ///< by chance or in an outage
    std::uint64_t overflowed = 0;  ///< found the queue full
};

/// One direction: a bounded queue before a wire of some rate, then a delay. No socket and no clock of its own.
class Lane {
public:
    explicit Lane(std::uint32_t seed) : random_(seed) {}

    Conditions conditions;
    /// Until then nothing gets onto the wire: what comes waits in the queue.
    void stall(Time until) { stalled_until_ = until; }
    /// Until then everything that comes is lost, and so is what is under way.
    void cut(Time until);

    /// `payload`: how many of the bytes are TCP payload.
    void put(Packet packet, std::size_t payload, Time now);
    /// Whether a packet of that size would find room.
    bool has_room(std::size_t bytes) const { return queued_bytes_ + bytes <= conditions.queue(); }
    /// The next packet that has arrived at the other end.
    std::optional<Packet> take(Time now);
    /// When take() is worth asking next; nothing while nothing is under way.
    std::optional<Time> next(Time now) const;
    const Counters& counters() const { return counters_; }

private:
    struct Travelling {
        Packet packet;
        Time arrives;
    };
    void transmit(Time now);

    std::mt19937 random_;
    std::deque<Packet> queue_;
    std::size_t queued_bytes_ = 0;
    std::deque<Travelling> wire_;
    Time wire_free_{};
    Time stalled_until_{};
    Time cut_until_{};
    Counters counters_;
};

}  // namespace pronto::impair
