#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/mailbox.hpp"
#include "viewer/model/bridge_place.hpp"

namespace pronto::viewer {

/// How long a bridge waits for what. Tests shorten it.
struct BridgeTimes {
    Millis greeting{60'000};  ///< the far side's handshake: the guest's end may come later than ours
    Millis login{10'000};     ///< a viewer that has connected
    Millis stall{15'000};     ///< a side that takes nothing for so long is cut
};

/// Hands a session's screen to one VNC viewer of this computer, whichever it is: a port on the loopback addresses,
/// which a pass of one use opens, joined to the stream. A thread of its own, heard on the owner's thread.
class LocalBridge {
public:
    /// Viewers that may be logging in at once; one more takes the oldest one's place, so that silent ones keep nobody
    /// out.
    static constexpr std::size_t most_callers = 8;
    /// Others on this computer could try passes: so many wrong ones end it.
    static constexpr int most_wrong_passes = 5;

    struct End {
        enum class Side {
            viewer,
            stream
        } side = Side::stream;  ///< viewer: it left, or too many wrong passes were tried
        std::string why;        ///< for people
    };
    /// All on the owner's thread, through the mailbox; nothing comes after the destructor.
    struct Events {
        std::function<void(const BridgePlace&)> offered;  ///< once: the far side is there, a viewer may come
        std::function<void(SteadyTime)> taken;            ///< once: one has logged in; no other can come any more
        std::function<void(const End&)> ended;            ///< once
    };
    /// Takes the descriptor over: an RFB server that wants no password. Port 0 is any free one. Throws
    /// std::runtime_error naming the port if it cannot be used.
    LocalBridge(int fd, std::uint16_t port, Mailbox& mailbox, const Clock& clock, Events events,
                BridgeTimes times = {});
    /// Closes both sides.
    ~LocalBridge();
    LocalBridge(const LocalBridge&) = delete;
    LocalBridge& operator=(const LocalBridge&) = delete;

private:
    struct Heard;
    class Impl;
    std::shared_ptr<Heard> heard_;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto::viewer
