#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfb-ext/tunnel/hub_link.hpp"

namespace pronto::tunnel {

/// One line of a report about the way to a hub.
struct CheckStep {
    enum class Kind { name, port, proxy, proxy_password, tls, hub, round_trip, download, upload };
    Kind kind = Kind::name;
    std::string what;  ///< "hub.example:443"; empty where it goes without saying
    Millis took{};
    bool done = true;
    std::string detail;  ///< what was found, or why it failed
    std::string remedy;  ///< failed, and there is something to do about it
};

/// What a test of the connection found, step by step.
struct CheckReport {
    HubAddress hub;
    std::vector<CheckStep> steps;        ///< as they ended; one that failed need not be the end: the next port may do
    std::optional<LinkFailure> failure;  ///< why it went no further
    std::string software;                ///< the hub's; empty: it was not reached
    int protocol = 0;
    int node = 0;
    std::optional<double> round_trip_ms;  ///< the median of some
    std::optional<double> download_bytes_per_s;
    std::optional<double> upload_bytes_per_s;
    bool ok() const { return !failure; }
};

/// "round_trip": as in the JSON.
std::string_view name(CheckStep::Kind kind);
/// "Round trip": for people.
std::string_view title(CheckStep::Kind kind);
/// "hub.example: 192.0.2.7": what and what was found, without the remedy.
std::string finding(const CheckStep& step);
/// "ok      Port            hub.example:443 (12 ms)", with a second line for the remedy; no line end.
std::string in_words(const CheckStep& step);
/// The last line: "The hub hub.example:443 can be reached." or that it cannot.
std::string conclusion(const CheckReport& report);
/// One object; the words are the same as in_words() has.
std::string to_json(const CheckReport& report);

}  // namespace pronto::tunnel
