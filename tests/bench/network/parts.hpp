#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// The parts of the network bench: a screen that says when it was painted, an agent without a hub, a viewer that
/// measures.
namespace pronto::bench {

/// A number as a row of black and white squares, which survives JPEG: bit 0 first.
namespace cells {
inline constexpr int side = 16;
inline constexpr int time_bits = 24;  ///< milliseconds of the monotonic clock
inline constexpr int key_bits = 8;
}  // namespace cells

/// Where they stand on the screen. The busy area is painted anew 25 times a second, with the time in three places of
/// it.
inline constexpr int busy_width = 640;
inline constexpr int busy_height = 480;
inline constexpr int time_rows[] = {8, busy_height / 2, busy_height - cells::side - 8};
inline constexpr int key_row = busy_height + 32;

std::uint32_t now_ms();  ///< of cells::time_bits

/// Keys: `b` starts and stops the painting, any other is counted at once in the row below. Runs until the display goes.
int run_busy_screen(const std::string& display);
/// Serves that display to one viewer after the other on a TCP port, as the agent does, but to no hub. Runs for ever.
int run_direct_agent(const std::string& display, std::uint16_t port);
/// A viewer over 127.0.0.1 or another address; prints what it measured as a JSON object.
struct ProbeOrder {
    std::string host;
    std::uint16_t port = 0;
    std::string password;  ///< for VncAuth
    int seconds = 0;       ///< each: with a still and with a busy screen
};
int run_probe(const ProbeOrder& order);

/// Carries bytes from one socket to another until either ends; then shuts both down.
void pump(int from, int to, std::size_t drop);
void send_all(int to, std::string_view bytes);
std::string receive_exactly(int from, std::size_t count);
/// (ours, the library's), with small buffers.
void make_pair(int& ours, int& theirs);

}  // namespace pronto::bench
