#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "rfb-ext/tunnel/tls_stream.hpp"
#include "tests/bench/relay/traffic.hpp"

namespace pronto::bench {

namespace asio = boost::asio;

/// What all pairs of a run share. Counted by several threads.
struct Run {
    const Traffic* traffic = nullptr;
    double paced_bytes_per_s = 0;       ///< per pair; 0: as fast as it goes
    std::atomic<bool> flowing{false};   ///< hosts send
    std::atomic<bool> measuring{false}; ///< what passes counts
    std::atomic<bool> over{false};
    std::atomic<std::uint64_t> received{0};  ///< by viewers while measuring
    std::atomic<std::uint64_t> broken{0};    ///< streams that ended before the run was over
    std::vector<double> latencies_us;        ///< of small messages; from the probing pair's thread only
};

/// The host's end of one pair: sends the traffic over and over, and notes when the viewer's pointer messages arrive.
asio::awaitable<void> host_sends(std::shared_ptr<tunnel::TlsStream> stream, Run& run);
asio::awaitable<void> host_listens(std::shared_ptr<tunnel::TlsStream> stream, Run& run);
/// The viewer's end: reads everything. The probing one also moves the pointer every 10 ms, with the time as coordinates.
asio::awaitable<void> viewer_reads(std::shared_ptr<tunnel::TlsStream> stream, Run& run);
asio::awaitable<void> viewer_points(std::shared_ptr<tunnel::TlsStream> stream, Run& run);

}  // namespace pronto::bench
