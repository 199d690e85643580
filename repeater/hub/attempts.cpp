#include "repeater/hub/attempts.hpp"

#include <algorithm>

namespace pronto::hub {

namespace {

/// How much further apart turns get with each miss.
constexpr Millis slower_a_miss{10};
/// Misses of the whole node that are remembered, beyond the ordinary ones: as many as make turns as slow as they get.
constexpr std::size_t most_remembered = Attempts::slowest_turn / slower_a_miss;
/// Below this many misses in the window nobody waits: people mistype.
constexpr std::size_t ordinary_misses = 20;
/// Addresses remembered. Beyond, the one with the oldest miss is forgotten: an attacker with that many addresses is not
/// held by a list of them, but by turn().
constexpr std::size_t most_addresses = 20'000;

void drop_older(std::deque<SteadyTime>& times, SteadyTime than) {
    while (!times.empty() && times.front() <= than) times.pop_front();
}

}  // namespace

std::string network_of(const std::string& address) {
    if (address.find(':') == std::string::npos) return address;
    if (address.rfind("::ffff:", 0) == 0 && address.find('.') != std::string::npos) return address.substr(7);
    const auto gap = address.find("::");
    std::string groups = address.substr(0, gap);
    std::size_t count =
        groups.empty() ? 0 : static_cast<std::size_t>(std::count(groups.begin(), groups.end(), ':')) + 1;
    if (gap != std::string::npos) {
        const auto rest = std::string_view(address).substr(gap + 2);
        const auto after = rest.empty() ? 0 : static_cast<std::size_t>(std::count(rest.begin(), rest.end(), ':')) + 1;
        for (; count + after < 8; ++count) groups += groups.empty() ? "0" : ":0";
        if (!rest.empty()) groups += ':' + std::string(rest);
    }
    std::size_t end = 0;
    for (int i = 0; i < 4 && end != std::string::npos; ++i) end = groups.find(':', i == 0 ? 0 : end + 1);
    return groups.substr(0, end) + "/64";
}

bool Attempts::allowed(const std::string& address) {
    const auto network = network_of(address);
    const auto found = misses_.find(network);
    if (found == misses_.end()) return true;
    drop_older(found->second, clock_.now() - window);
    if (!found->second.empty()) return found->second.size() < most_misses;
    forget(network);
    return true;
}

bool Attempts::begin(const std::string& address) {
    if (!allowed(address)) return false;
    count(address);
    return true;
}

void Attempts::take_back(const std::string& address) {
    const auto network = network_of(address);
    const auto found = misses_.find(network);
    if (found == misses_.end()) return;
    found->second.pop_back();
    if (found->second.empty())
        forget(network);
    else
        last_misses_.set(network, found->second.back());
}

void Attempts::failed() {
    all_misses_.push_back(clock_.now());
    if (all_misses_.size() > most_remembered + ordinary_misses) all_misses_.pop_front();
}

void Attempts::missed(const std::string& address) {
    count(address);
    failed();
}

void Attempts::count(const std::string& address) {
    const auto now = clock_.now();
    const auto network = network_of(address);
    auto& times = misses_[network];
    times.push_back(now);
    if (times.size() > most_misses) times.pop_front();
    last_misses_.set(network, now);
    if (misses_.size() <= most_addresses) return;
    if (const auto oldest = last_misses_.take_one_due(now)) misses_.erase(*oldest);
}

void Attempts::forget(const std::string& network) {
    misses_.erase(network);
    last_misses_.clear(network);
}

void Attempts::succeeded(const std::string& address) {
    forget(network_of(address));
}

Millis Attempts::pace() {
    drop_older(all_misses_, clock_.now() - window);
    if (all_misses_.size() <= ordinary_misses) return Millis{0};
    return std::min(slowest_turn, slower_a_miss * static_cast<int>(all_misses_.size() - ordinary_misses));
}

std::optional<Millis> Attempts::turn(const std::string& address) {
    const auto now = clock_.now();
    while (!waiting_.empty() && waiting_.front().at <= now) waiting_.pop_front();
    const auto apart = pace();
    if (apart == Millis{0}) return Millis{0};
    const auto at = std::max(now, next_turn_);
    const auto network = network_of(address);
    const auto places =
        std::count_if(waiting_.begin(), waiting_.end(), [&](const Turn& turn) { return turn.network == network; });
    if (static_cast<std::size_t>(places) >= most_misses) return std::nullopt;
    // A flood slows everybody and locks nobody out: beyond the longest wait there are no turns.
    if (at - now > longest_wait) return longest_wait;
    next_turn_ = at + apart;
    if (at > now) waiting_.push_back({at, network});
    return std::chrono::ceil<Millis>(at - now);
}

}  // namespace pronto::hub
