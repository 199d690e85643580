#pragma once

#include "rfb-ext/base/clock.hpp"

namespace pronto::tunnel {

/// How a TCP socket between a program and the hub behaves on a bad network; the same on both sides.
struct SocketOptions {
    /// Bytes that nobody acknowledges for so long end the connection (TCP_USER_TIMEOUT).
    Millis unacknowledged{15'000};
    /// A connection on which nothing was said for so long is asked whether it is still there (TCP_KEEPIDLE)...
    Millis idle{20'000};
    /// ... and again after so long (TCP_KEEPINTVL), until `unacknowledged` is over.
    Millis again{5'000};
    /// What may wait unsent in the kernel, where nothing can overtake it any more (TCP_NOTSENT_LOWAT).
    int unsent_bytes = 16 * 1024;
    /// The longest wait before something lost is sent again, where the kernel has it (TCP_RTO_MAX_MS, Linux 6.15): an
    /// outage of ten seconds is then over a second after its end, not up to ten seconds later.
    Millis send_again{1'000};
};

/// Also no Nagle. What the socket or the kernel does not know is left out.
void set_socket_options(int descriptor, const SocketOptions& options = {});

}  // namespace pronto::tunnel
