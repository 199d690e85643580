#include "viewer/model/playback.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "rfb-ext/fbs/idle.hpp"

namespace pronto::viewer {

namespace {

constexpr Millis longest_wait{250};
/// No screen shows more.
constexpr Millis shortest_wait{16};

}  // namespace

Playback::Playback(PlayedMovie& movie, const Clock& clock) : movie_(movie), clock_(clock) {
    show(0);
}

void Playback::show(std::uint32_t at_ms) {
    movie_.show(at_ms);
    at_ms_ = at_ms;
}

/// The movie goes on from where it is, from now on.
void Playback::anchor() {
    anchor_ = clock_.now();
    anchor_ms_ = at_ms_;
}

void Playback::play() {
    if (at_end()) seek(0);
    playing_ = true;
    changed_ms_ = at_ms_;
    anchor();
}

void Playback::pause() {
    playing_ = false;
}

void Playback::set_speed(double speed) {
    if (playing_) tick();
    speed_ = std::clamp(speed, least_speed, most_speed);
    anchor();
}

void Playback::faster() {
    set_speed(std::exp2(std::floor(std::log2(speed_)) + 1));
}

void Playback::slower() {
    set_speed(std::exp2(std::ceil(std::log2(speed_)) - 1));
}

void Playback::skip_idle(bool skip) {
    skip_idle_ = skip;
}

void Playback::seek(std::int64_t at_ms) {
    show(static_cast<std::uint32_t>(std::clamp<std::int64_t>(at_ms, 0, duration_ms())));
    changed_ms_ = at_ms_;
    anchor();
    if (at_end()) pause();
}

void Playback::step() {
    pause();
    seek(movie_.next_change().value_or(duration_ms()));
}

std::uint32_t Playback::due() const {
    const auto passed = std::chrono::duration<double, std::milli>(clock_.now() - anchor_).count();
    const double at = anchor_ms_ + std::max(0.0, passed) * speed_;
    return at >= duration_ms() ? duration_ms() : static_cast<std::uint32_t>(at);
}

void Playback::tick() {
    if (!playing_) return;
    const auto next = movie_.next_change();
    auto now_ms = due();
    if (next && *next <= now_ms) changed_ms_ = now_ms;
    if (skip_idle_) now_ms = leave_out_idle(now_ms);
    show(now_ms);
    if (at_end()) pause();
}

/// Where to be instead of at `now_ms`, if nothing has changed for long and nothing is about to.
std::uint32_t Playback::leave_out_idle(std::uint32_t now_ms) {
    if (now_ms - changed_ms_ < fbs::longest_idle_ms) return now_ms;
    const auto next = movie_.next_change().value_or(duration_ms());
    if (next <= now_ms) return now_ms;
    at_ms_ = changed_ms_ = next;
    anchor();
    return next;
}

std::optional<Millis> Playback::wait() {
    if (!playing_) return std::nullopt;
    const auto next = movie_.next_change().value_or(duration_ms());
    const double left_ms = (static_cast<double>(next) - due()) / speed_;
    return std::clamp(Millis(static_cast<std::int64_t>(std::ceil(left_ms))), shortest_wait, longest_wait);
}

std::string clock_text(std::uint32_t ms) {
    const auto seconds = ms / 1000;
    if (seconds >= 3600) return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

}  // namespace pronto::viewer
