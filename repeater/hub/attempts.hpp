#pragma once

#include <deque>
#include <map>
#include <string>

#include "rfb-ext/base/clock.hpp"

namespace pronto::hub {

/// What one user of the network has for himself: an IPv4 address (also one mapped into IPv6) as it is, of an IPv6
/// address the first four groups with "::" written out and "/64". `address` is the textual IP address.
std::string network_of(const std::string& address);

/// Limits guessing of passwords, tickets and tokens. Per address (an IPv4 address, or an IPv6 /64): refused after 5
/// misses in 10 minutes. Node-wide many misses only delay (up to 2 s), so that nobody can lock everybody out.
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

    /// For a try whose answer takes a while: false if the address may not try; otherwise it counts as a miss at once,
    /// so that many tries at the same time are no more than the same tries one after the other. Then exactly one of
    /// failed(), succeeded() and take_back() follows.
    bool begin(const std::string& address);
    /// A try that was begun was a miss.
    void failed();
    /// A try that was begun came to no answer.
    void take_back(const std::string& address);

    /// How long the next answer to an attempt should be held back, from the node-wide rate of misses.
    Millis delay();

private:
    void count(const std::string& address);

    const Clock& clock_;
    std::map<std::string, std::deque<SteadyTime>> misses_;
    std::deque<SteadyTime> all_misses_;
};

}  // namespace pronto::hub
