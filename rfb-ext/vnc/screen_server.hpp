#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/vnc/shared_screen.hpp"

namespace pronto::vnc {

/// Where a viewer's input goes. Called on the ScreenServer's thread.
class InputSink {
public:
    virtual ~InputSink() = default;
    /// `keysym` as in RFC 6143 section 7.5.4 (X11 keysyms).
    virtual void key(std::uint32_t keysym, bool down) = 0;
    /// Button mask as in RFC 6143 section 7.5.5 (bit 0 = left, 3..6 = wheel).
    virtual void pointer(Point at, unsigned buttons) = 0;
};

/// Serves a SharedScreen to one viewer over one connected stream: LibVNCServer with one screen, one thread, one socketpair
/// (its threaded mode is unsafe, and one stalled viewer stalls its whole loop).
///
/// The library must not greet by itself (it sniffs for WebSocket and can be made to spin for ever): whoever joins the stream
/// to `fd` sends `greeting` to the viewer, waits for the viewer's whole 12-byte version, writes those bytes into the pair,
/// only then constructs the ScreenServer, and drops the first `greeting.size()` bytes that come out of the pair.
/// tunnel::Preface says this to a tunnel.
///
/// Keys and buttons that the viewer held down when it left are released in the sink.
class ScreenServer {
public:
    static constexpr std::string_view greeting = "RFB 003.008\n";
    static constexpr std::size_t answer_bytes = 12;

    struct Options {
        std::string name;           ///< desktop name, shown by viewers (its first 127 bytes)
        bool view_only = false;     ///< input is not even decoded into the sink, nor is text copied either way
        /// After so long without an update one pixel is sent again: a silent stream keeps itself alive.
        Millis keep_alive{12'000};
        /// The viewer copied this (UTF-8, at most 1 MiB), on the server's thread. Not ours: those have a channel for it.
        std::function<void(std::string text)> cut_text{};
        std::function<void(std::string why)> closed;  ///< once, on the server's thread, unless the destructor came first
    };
    /// Takes the descriptor over. Throws std::runtime_error if it cannot be served (descriptor over 1023: the library selects).
    ScreenServer(int fd, std::shared_ptr<SharedScreen> screen, InputSink& input, Options options);
    /// Cuts the viewer, joins the thread; returns at once even when the viewer has stalled.
    ~ScreenServer();
    /// Tells the viewer of a copied text (UTF-8; sent as Latin-1, RFC 6143 section 7.6.4). Any thread; the newest counts.
    void send_cut_text(std::string text);
    ScreenServer(const ScreenServer&) = delete;
    ScreenServer& operator=(const ScreenServer&) = delete;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto::vnc
