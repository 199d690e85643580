#pragma once

#include <string>
#include <string_view>

#include "tests/support/impair/lane.hpp"

namespace pronto::impair {

/// Both directions of a link: `to_right` carries what comes from the left.
struct Lanes {
    Lane to_right;
    Lane to_left;
    bool lossless = false;  ///< a stream is carried, not packets: nothing may be lost
};

/// Obeys one line: `[left|right] WORD VALUE`, where left (right) means what the left (right) side sends, and neither
/// both. Words: delay MS, jitter MS, loss PERCENT, rate BITS_PER_SECOND, queue BYTES, stall SECONDS (packets wait),
/// outage SECONDS (packets are lost; where nothing may be, they wait); `counters` alone asks. Returns the answer, one
/// line: "ok", the counters as JSON, or "error: why".
std::string obey(Lanes& lanes, std::string_view line, Time now);

/// How many bytes of an IP packet are TCP payload; 0 if it carries no TCP.
std::size_t tcp_payload(ByteView packet);

}  // namespace pronto::impair
