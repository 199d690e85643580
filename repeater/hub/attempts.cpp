#include "repeater/hub/attempts.hpp"

#include <algorithm>

namespace pronto::hub {

namespace {

/// Misses of the whole node that are remembered: as many as give the longest delay.
constexpr std::size_t most_remembered = 200;
constexpr Millis delay_a_miss{10};
/// Below this many misses in the window nobody waits: people mistype.
constexpr std::size_t ordinary_misses = 20;
/// Addresses remembered. Beyond, the one with the oldest miss is forgotten: an attacker with that many addresses is not
/// held by a list of them, but by delay().
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
    const auto found = misses_.find(network_of(address));
    if (found == misses_.end()) return true;
    drop_older(found->second, clock_.now() - window);
    if (!found->second.empty()) return found->second.size() < most_misses;
    misses_.erase(found);
    return true;
}

bool Attempts::begin(const std::string& address) {
    if (!allowed(address)) return false;
    count(address);
    return true;
}

void Attempts::take_back(const std::string& address) {
    const auto found = misses_.find(network_of(address));
    if (found == misses_.end()) return;
    found->second.pop_back();
    if (found->second.empty()) misses_.erase(found);
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
    if (misses_.size() >= most_addresses) {
        std::erase_if(misses_, [&](auto& entry) { return entry.second.back() <= now - window; });
        if (misses_.size() >= most_addresses)
            misses_.erase(std::min_element(misses_.begin(), misses_.end(), [](const auto& a, const auto& b) {
                return a.second.back() < b.second.back();
            }));
    }
    auto& times = misses_[network_of(address)];
    times.push_back(now);
    if (times.size() > most_misses) times.pop_front();
}

void Attempts::succeeded(const std::string& address) {
    misses_.erase(network_of(address));
}

Millis Attempts::delay() {
    drop_older(all_misses_, clock_.now() - window);
    if (all_misses_.size() <= ordinary_misses) return Millis{0};
    return std::min(longest_delay, delay_a_miss * static_cast<int>(all_misses_.size() - ordinary_misses));
}

}  // namespace pronto::hub
