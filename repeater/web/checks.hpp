#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "repeater/net/http_handler.hpp"
#include "rfb-ext/base/clock.hpp"

namespace pronto::web {

/// What a test of the connection asks, which needs no log-in: who is there, how fast bytes come and go. Strangers may
/// ask for it, so each answer is cheap, and what one network, and all together, may ask for in a minute is limited. Any
/// thread.
class Checks {
public:
    static constexpr std::size_t most_bytes = 256 * 1024;                  ///< of one download
    static constexpr int most_requests = 120;                              ///< of one network in a minute
    static constexpr std::size_t most_network_bytes = 4 * 1024 * 1024;     ///< up and down of one network in a minute
    static constexpr std::size_t most_bytes_together = 256 * 1024 * 1024;  ///< the same, of everybody
    static constexpr std::size_t most_networks = 10'000;                   ///< in a minute

    Checks(int node, const Clock& clock);
    /// Nothing if the request is no check.
    std::optional<net::HttpResponse> answer(const net::HttpRequest& request);

private:
    struct Used {
        int requests = 0;
        std::size_t bytes = 0;
    };
    /// Counts a request of the network with so many bytes; false if it is over a limit.
    bool may(const std::string& address, std::size_t bytes);
    net::HttpResponse look() const;
    net::HttpResponse download(const net::HttpRequest& request);
    net::HttpResponse upload(const net::HttpRequest& request);

    const int node_;
    const Clock& clock_;
    const std::string filling_ = std::string(most_bytes, '.');
    std::mutex mutex_;
    SteadyTime minute_began_;
    std::map<std::string, Used> used_;  ///< by network, in this minute
    std::size_t bytes_together_ = 0;
};

}  // namespace pronto::web
