#include "rfb-ext/vnc/picture_flow.hpp"

#include <algorithm>
#include <limits>

namespace pronto::vnc {

namespace {

constexpr std::size_t first_window = 32 * 1024;
constexpr std::size_t smallest_window = 4 * 1024;
constexpr std::size_t largest_window = 64 * 1024 * 1024;
/// Queues shorter than this are no reason to hold back, longer ones than that are.
constexpr Millis short_queue{50};
constexpr Millis long_queue{110};
/// How long the shortest time is believed, while nothing shorter is seen.
constexpr Millis belief{15'000};
/// A viewer that asks without answering (by a timer, say) is not waited for longer than this.
constexpr Millis longest_hold{1000};

/// Before anything is known: JPEG of a photograph takes 0.2 bytes a pixel, text a tenth of it.
constexpr double first_pixels = 200'000;
constexpr double first_bytes = first_pixels * 0.1;
constexpr double least_bytes_a_pixel = 0.03;
constexpr double bytes_beside = 100;  ///< of an update whose size does not depend on its pixels
constexpr double fading = 0.6;
constexpr std::size_t least_pixels = 64 * 64;
constexpr int most_in_window = 4;
constexpr double spread = 0.8;
/// How long the last update may still come in after its beginning was answered.
constexpr Millis rest_of_last{100};

Millis since(SteadyTime then, SteadyTime now) {
    return std::chrono::duration_cast<Millis>(now - then);
}

}  // namespace

PictureFlow::PictureFlow() : window_(first_window), bytes_(first_bytes), pixels_(first_pixels) {}

void PictureFlow::requested(SteadyTime now) {
    requests_ = std::min(requests_ + 1, most_requests);
    if (under_way_.empty()) {
        most_seen_ = std::max(most_seen_, requests_);
        return;
    }
    const UnderWay update = under_way_.front();
    under_way_.pop_front();
    answered(update, now);
    if (draining_ && under_way_.empty()) drained_ = now + rest_of_last;
}

void PictureFlow::sent(std::size_t bytes, std::size_t pixels, bool cut, SteadyTime began) {
    requests_ = std::max(requests_ - 1, 0);
    any_sent_ = true;
    const bool alone = under_way_.empty();
    if (alone) {
        draining_ = false;
        drained_.reset();
    }
    under_way_.push_back({began, bytes, cut, alone});
    // Spread over the time that a window takes: a burst would be a queue of its own.
    const double part = static_cast<double>(bytes) / static_cast<double>(window_);
    next_ = began + std::chrono::duration_cast<SteadyTime::duration>(part * spread * shortest_);
    if (pixels < least_pixels) return;
    bytes_ = bytes_ * fading + std::max(static_cast<double>(bytes) - bytes_beside, 1.0);
    pixels_ = pixels_ * fading + static_cast<double>(pixels);
}

void PictureFlow::answered(const UnderWay& update, SteadyTime now) {
    const Millis took = since(update.began, now);
    note_shortest(took, update.alone, now);
    const Millis queued = took - shortest_;
    if (queued >= long_queue && update.began >= cut_back_) {
        starting_ = false;
        const double keep =
            std::clamp(static_cast<double>(long_queue.count()) / static_cast<double>(queued.count()), 0.4, 0.9);
        window_ = std::max(smallest_window, static_cast<std::size_t>(static_cast<double>(window_) * keep));
        cut_back_ = now;
    } else if (queued < short_queue && update.cut) {  // a window that nothing fills says nothing
        window_ = std::min(largest_window, window_ + (starting_ ? update.bytes : update.bytes / 16));
    }
}

/// The line may have become longer: when the shortest time was not seen for a while, an empty line tells.
void PictureFlow::note_shortest(Millis took, bool alone, SteadyTime now) {
    const bool believed = shortest_seen_ != SteadyTime{} && since(shortest_seen_, now) <= belief;
    if (shortest_seen_ == SteadyTime{} || took <= shortest_ || (alone && !believed)) {
        shortest_ = took;
        shortest_seen_ = now;
    } else if (alone && took <= shortest_ + short_queue / 5) {
        shortest_seen_ = now;
    } else if (!believed) {
        draining_ = true;
    }
}

std::size_t PictureFlow::bytes_under_way() const {
    std::size_t sum = 0;
    for (const UnderWay& update : under_way_) sum += update.bytes;
    return sum;
}

std::optional<std::size_t> PictureFlow::allowance(SteadyTime now) {
    if (requests_ == 0) return std::nullopt;
    if (const auto ends = hold_ends(); ends && now < *ends) return std::nullopt;
    if (full() || draining_) under_way_.clear();  // and never answered
    if (!any_sent_ && most_seen_ == 1) return std::numeric_limits<std::size_t>::max();
    std::size_t room = window_ - std::min(window_, bytes_under_way());
    // Several for a window: the next one's answer tells how long the one before was under way.
    room = std::min(room, window_ / static_cast<std::size_t>(std::clamp(most_seen_, 1, most_in_window)));
    const double bytes_a_pixel = std::max(bytes_ / pixels_, least_bytes_a_pixel);
    return std::max(least_pixels, static_cast<std::size_t>(static_cast<double>(room) / bytes_a_pixel));
}

std::optional<SteadyTime> PictureFlow::hold_ends() const {
    if (requests_ == 0) return std::nullopt;
    if (under_way_.empty()) return drained_;
    return full() || draining_ ? under_way_.back().began + longest_hold : next_;
}

bool PictureFlow::full() const {
    return !under_way_.empty() && bytes_under_way() + smallest_window / 4 >= window_;
}

}  // namespace pronto::vnc
