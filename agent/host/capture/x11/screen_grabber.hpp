#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "agent/host/x11/connection.hpp"
#include "rfb-ext/base/geometry.hpp"

namespace pronto::host::x11 {

/// Reads pixels of the root window: through shared memory where the server can, through the connection otherwise.
class ScreenGrabber {
public:
    /// Throws std::runtime_error, for the user, if the screen's pixels are not 32 bits with 8 each of red, green, blue.
    explicit ScreenGrabber(Connection& connection);
    ~ScreenGrabber();
    ScreenGrabber(const ScreenGrabber&) = delete;
    ScreenGrabber& operator=(const ScreenGrabber&) = delete;

    /// The screen's size now, asked of the server.
    Size ask_size() const;
    /// Makes room for a screen of this size.
    void prepare(Size size);
    /// The area's pixels as 0x00RRGGBB, rows without gaps; valid until the next call. nullptr when the server refuses (the
    /// area is outside the screen: it has just shrunk) or is gone.
    const std::uint32_t* grab(const Rect& area);

private:
    class Image;
    const std::uint32_t* grab_plain(const Rect& area);

    Connection& connection_;
    std::unique_ptr<Image> shared_;  ///< none: the server cannot share memory with us
    int refusals_ = 0;               ///< of the shared image, in a row
    std::unique_ptr<std::uint32_t[]> plain_;
    std::size_t plain_pixels_ = 0;
};

}  // namespace pronto::host::x11
