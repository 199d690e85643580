#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "rfb-ext/vnc/picture.hpp"

namespace pronto::vnc {

/// One viewer's connection on its own thread over a connected stream. Asks for `tight copyrect hextile raw`, cursor shapes,
/// resizes and LastRect only, in our pixels' format; security None only.
///
/// The host's bytes are not trusted: they are drawn by PictureDecoder, which holds every length and rectangle against its
/// limit, where libvncclient does not (tight_decoder.hpp says how). Input is sent while an update is still coming in.
class ScreenClient {
public:
    struct Options {
        bool view_only = false;
        int compress_level = 2;   ///< 0..9; 1 or 2 are what LibVNCServer's Tight knows with JPEG
        int quality_level = 6;    ///< 0..9; -1: lossless
    };
    /// All on the client's thread; they must be quick and must not destroy the client.
    struct Events {
        std::function<void(Size)> resized;          ///< also once before the first picture
        std::function<void(Rect)> updated;          ///< an area changed; one call per rectangle
        std::function<void()> update_finished;      ///< a whole FramebufferUpdate has been drawn
        std::function<void()> cursor_changed;
        /// ServerCutText (RFC 6143 section 7.6.4), as it came. One longer than control::longest_clipboard_bytes in Latin-1 is
        /// passed over whole: half a text would be pasted unnoticed.
        std::function<void(std::string utf8)> cut_text;
        std::function<void(std::string why)> closed;  ///< once; the reason in words
    };
    /// Takes the descriptor over.
    ScreenClient(int fd, Options options, Events events);
    /// Cuts the connection and joins the thread.
    ~ScreenClient();
    ScreenClient(const ScreenClient&) = delete;
    ScreenClient& operator=(const ScreenClient&) = delete;

    // From any thread; queued to the client's thread.
    void key(std::uint32_t keysym, bool down);
    void pointer(Point at, unsigned buttons);
    void refresh();  ///< asks for the whole picture anew
    void set_view_only(bool view_only);
    /// ClientCutText (RFC 6143 section 7.5.6), in Latin-1 with `?` for what that does not have; of texts not sent yet only the
    /// newest. Not while view only, and none longer than control::longest_clipboard_bytes.
    void send_cut_text(std::string utf8);

    // From any thread.
    Picture picture() const;                                              ///< a copy
    void with_picture(const std::function<void(const Picture&)>& look) const;  ///< under the lock: be quick
    CursorShape cursor() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto::vnc
