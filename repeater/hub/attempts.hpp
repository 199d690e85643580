#pragma once

#include <deque>
#include <map>
#include <string>

#include "rfb-ext/base/clock.hpp"

namespace pronto::hub {

/// Limits guessing of passwords, tickets and tokens. Per address (an IPv4 address, or an IPv6 /64): refused after 5 misses
/// in 10 minutes. Node-wide many misses only delay (up to 2 s), so that nobody can lock everybody out.
class Attempts {
public:
    static constexpr std::size_t most_misses = 5;
    static constexpr Millis window = std::chrono::minutes(10);
    static constexpr Millis longest_delay{2'000};

    explicit Attempts(const Clock& clock) : clock_(clock) {}
    /// May this address try at all? `address` is the textual IP address.
    bool allowed(const std::string& address);
    void missed(const std::string& address);
    void succeeded(const std::string& address);
    /// How long the next answer to an attempt should be held back, from the node-wide rate of misses.
    Millis delay();

private:
    const Clock& clock_;
    std::map<std::string, std::deque<SteadyTime>> misses_;
    std::deque<SteadyTime> all_misses_;
};

}  // namespace pronto::hub
