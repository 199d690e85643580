#pragma once

#include <string>

#include "tests/support/impair/control.hpp"

namespace pronto::impair {

/// Runs until standard input ends; commands come from there, answers go to standard output. Throws std::runtime_error.
/// A side of a TUN link is "NAMESPACE_FILE=DEVICE": the device is made in that network namespace and goes with this
/// program.
void run_tun(Lanes& lanes, const std::string& left, const std::string& right);

/// Forwards TCP connections from a port of its own on 127.0.0.1 (printed as "port N") to `host:port`, the left being
/// who dials. There are no packets to lose here: `loss` has no effect, and an outage keeps what comes, as a stall does.
void run_tcp(Lanes& lanes, const std::string& host, unsigned short port);

/// The commands that wait on standard input; false at its end.
class Commands {
public:
    bool obey_all(Lanes& lanes);

private:
    std::string pending_;
};

/// How long ppoll may wait for either lane.
struct timespec time_to(const Lanes& lanes, Time now);

}  // namespace pronto::impair
