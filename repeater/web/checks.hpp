#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "repeater/net/http_handler.hpp"
#include "rfb-ext/base/clock.hpp"

namespace pronto::web {

/// What a test of the connection asks, which needs no log-in: who is there, how fast bytes come and go. Strangers may
/// ask for it, so each answer is cheap, and what one network may ask for in a minute is limited. What all ask for together
/// only makes transfers wait: nobody can switch the test off for the others. An upload is counted once it was read: until
/// then net::longest_http_body and the number of strangers' connections bound it. Any thread.
class Checks {
public:
    static constexpr std::size_t most_bytes = 256 * 1024;                  ///< of one download
    static constexpr int most_requests = 120;                              ///< of one network in a minute
    static constexpr std::size_t most_network_bytes = 4 * 1024 * 1024;     ///< up and down of one network in a minute
    static constexpr std::size_t most_bytes_together = 256 * 1024 * 1024;  ///< of everybody, without waiting
    static constexpr std::size_t most_networks = 10'000;                   ///< in a minute; of more, the first is forgotten
    static constexpr Millis longest_wait{2'000};

    struct Answer {
        net::HttpResponse response;
        Millis wait{0};  ///< before it is sent
    };
    Checks(int node, const Clock& clock);
    /// Nothing if the request is no check.
    std::optional<Answer> answer(const net::HttpRequest& request);

private:
    struct Used {
        int requests = 0;
        std::size_t bytes = 0;
    };
    /// Counts a request of the network with so many bytes: how long it waits, or nothing if it is over a limit.
    std::optional<Millis> may(const std::string& address, std::size_t bytes);
    Used& used_by(const std::string& network);
    Millis turn(std::size_t bytes);
    Answer look(const net::HttpRequest& request);
    Answer download(const net::HttpRequest& request);
    Answer upload(const net::HttpRequest& request);

    const int node_;
    const Clock& clock_;
    const std::string filling_ = std::string(most_bytes, '.');
    std::mutex mutex_;
    SteadyTime minute_began_;
    std::map<std::string, Used> used_;  ///< by network, in this minute
    std::deque<std::string> networks_;  ///< of used_, the first that came first
    std::size_t bytes_together_ = 0;
    SteadyTime next_turn_{};
};

}  // namespace pronto::web
