#include "tests/support/impair/lane.hpp"

#include <algorithm>

namespace pronto::impair {

namespace {

constexpr std::size_t smallest_queue = 16 * 1024;
constexpr std::size_t unlimited_queue = 4 * 1024 * 1024;  ///< a wire without a rate fills only in a stall
constexpr double usual_queue_seconds = 0.2;

Clock::duration ticks(Seconds seconds) {
    return std::chrono::duration_cast<Clock::duration>(seconds);
}

}  // namespace

std::size_t Conditions::queue() const {
    if (queue_bytes > 0) return queue_bytes;
    if (bits_per_second <= 0) return unlimited_queue;
    return std::max(smallest_queue, static_cast<std::size_t>(bits_per_second / 8 * usual_queue_seconds));
}

void Lane::cut(Time until) {
    cut_until_ = until;
    counters_.lost += queue_.size() + wire_.size();
    queue_.clear();
    wire_.clear();
    queued_bytes_ = 0;
}

void Lane::put(Packet packet, std::size_t payload, Time now) {
    const std::size_t size = packet.bytes.size();
    ++counters_.packets;
    counters_.bytes += size;
    counters_.payload += payload;
    const bool unlucky = conditions.loss > 0 && std::uniform_real_distribution<double>(0, 1)(random_) < conditions.loss;
    if (now < cut_until_ || unlucky) {
        ++counters_.lost;
        return;
    }
    if (!has_room(size)) {
        ++counters_.overflowed;
        return;
    }
    if (queue_.empty()) wire_free_ = std::max(wire_free_, now);
    queued_bytes_ += size;
    queue_.push_back(std::move(packet));
    transmit(now);
}

/// Moves what the wire has had time for from the queue to the delay.
void Lane::transmit(Time now) {
    if (now < stalled_until_) return;
    wire_free_ = std::max(wire_free_, stalled_until_);
    while (!queue_.empty() && wire_free_ <= now) {
        Packet packet = std::move(queue_.front());
        queue_.pop_front();
        const std::size_t size = packet.bytes.size();
        queued_bytes_ -= size;
        if (conditions.bits_per_second > 0)
            wire_free_ += ticks(Seconds(static_cast<double>(size) * 8 / conditions.bits_per_second));
        const double spread = conditions.jitter.count();
        const Seconds delay =
            conditions.delay +
            Seconds(spread > 0 ? std::uniform_real_distribution<double>(-spread, spread)(random_) : 0);
        Time arrives = wire_free_ + ticks(std::max(delay, Seconds(0)));
        if (!wire_.empty()) arrives = std::max(arrives, wire_.back().arrives);
        wire_.push_back({std::move(packet), arrives});
    }
}

std::optional<Packet> Lane::take(Time now) {
    transmit(now);
    if (wire_.empty() || wire_.front().arrives > now) return std::nullopt;
    Packet packet = std::move(wire_.front().packet);
    wire_.pop_front();
    return packet;
}

std::optional<Time> Lane::next(Time now) const {
    std::optional<Time> at;
    if (!wire_.empty()) at = wire_.front().arrives;
    if (!queue_.empty()) {
        const Time free = std::max({wire_free_, stalled_until_, now});
        at = at ? std::min(*at, free) : free;
    }
    return at;
}

}  // namespace pronto::impair
