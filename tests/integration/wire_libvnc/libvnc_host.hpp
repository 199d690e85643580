#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/wire/types.hpp"

namespace pronto::wire::test {

/// A LibVNCServer in this process that shows a made-up desktop (gradient, flat areas and noise, so that every kind of
/// rectangle comes) to the one client of a socket pair. Nothing waits: each call does what there is to do.
class LibvncHost {
public:
    /// With `password`, VNC authentication is all it offers.
    explicit LibvncHost(Size size, const std::string& password = {});
    ~LibvncHost();
    LibvncHost(const LibvncHost&) = delete;

    /// What a viewer sends.
    void send(ByteView bytes);
    /// What the server has written since the last call.
    Bytes received();

    const std::vector<std::uint32_t>& desktop() const;
    void draw(unsigned seed);
    void scroll_up(int lines);
    void resize(Size size, unsigned seed);
    /// A shape with mask, or without area.
    void set_cursor(Size size);
    void move_cursor(Point to);
    void ring();
    void say_clipboard(std::string text);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// A whole session of about ten changes of all kinds: what the server said, from its version line on, and where in it
/// the messages begin (behind ServerInit).
struct Played {
    ServerInit init;
    Bytes handshake;
    Bytes messages;
    std::vector<std::uint32_t> last;  ///< the desktop at the end, 0x00RRGGBB
};
Played play_session(Size size, const PixelFormat& format, const std::vector<std::int32_t>& encodings);

}  // namespace pronto::wire::test
