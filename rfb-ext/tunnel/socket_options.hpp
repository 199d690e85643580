#pragma once

#include "rfb-ext/base/clock.hpp"

namespace pronto::tunnel {

/// How a TCP socket between a program and the hub behaves on a bad network; the same on both sides.
struct SocketOptions {
    /// A connection whose other side answers nothing for so long ends: a silent one's probes (TCP_KEEPCNT), on a control
    /// channel also bytes that are not acknowledged (TCP_USER_TIMEOUT).
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

/// After set_socket_options(), for a control channel. Not for streams and HTTP: TCP_USER_TIMEOUT also ends a peer that is
/// there and takes nothing for a while (tcp(7); its window is shut), as a paused film does. Control channels are always read;
/// a stream goes with its control channel, and one that is stuck is cut by whoever relays it.
void set_control_socket_options(int descriptor, const SocketOptions& options = {});

}  // namespace pronto::tunnel
