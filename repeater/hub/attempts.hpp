#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "repeater/hub/deadlines.hpp"
#include "rfb-ext/base/clock.hpp"

namespace pronto::hub {

/// What one user of the network has for himself: an IPv4 address (also one mapped into IPv6) as it is, of an IPv6
/// address the first four groups with "::" written out and "/64". `address` is the textual IP address.
std::string network_of(const std::string& address);

/// Limits guessing of passwords and tickets. Per address (an IPv4 address, or an IPv6 /64): refused after 5 misses in
/// 10 minutes. Node-wide, once there were many misses, tries take turns, the more misses the further apart, but nobody
/// waits more than 2 s: whoever floods the hub with guesses from many addresses slows everybody and locks nobody out.
/// That bounds how fast one guesser is, not how many of them guess: tickets are short-lived, and control needs consent.
class Attempts {
public:
    static constexpr std::size_t most_misses = 5;
    static constexpr Millis window = std::chrono::minutes(10);
    static constexpr Millis longest_wait{2'000};
    static constexpr Millis slowest_turn{100};

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

    /// Takes this address's next place in the node's queue of tries; how long until it is its turn. Nothing if
    /// the address has as many places already as it may have misses: the others are for others.
    std::optional<Millis> turn(const std::string& address);

private:
    struct Turn {
        SteadyTime at;
        std::string network;
    };

    void count(const std::string& address);
    void forget(const std::string& network);
    /// How far apart turns are, from the node-wide rate of misses.
    Millis pace();

    const Clock& clock_;
    std::map<std::string, std::deque<SteadyTime>> misses_;
    Deadlines<std::string> last_misses_;  ///< of each network in misses_: which one to forget first
    std::deque<SteadyTime> all_misses_;
    SteadyTime next_turn_{};
    std::deque<Turn> waiting_;  ///< turns that are not yet due
};

}  // namespace pronto::hub
