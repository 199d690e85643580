#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <span>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/wire/errors.hpp"
#include "rfb-ext/wire/types.hpp"

namespace pronto::wire {

/// Measures a stream of server messages (after ServerInit) without decoding a pixel: says where each message ends and
/// stops at the first thing that must not pass. It keeps headers that come in pieces (1 KiB at most), so bytes can be
/// sent on as they come.
///
/// Known: messages 0-3 and those of types.hpp; rectangles Raw, CopyRect, RRE, CoRRE, Hextile, Zlib, Tight, Tight PNG,
/// TRLE, ZRLE and the cursor, size, name, LED and LastRect pseudo-encodings. A rectangle passes only if its encoding is
/// Raw, CopyRect or asked for; lies in the screen (pseudo-rectangles exempt); and keeps the limits.
class ServerStream {
public:
    struct Limits {
        std::size_t cut_text_bytes = 1 << 20;
        std::size_t audio_bytes = 1 << 20;
        std::size_t name_bytes = 4096;
        int cursor_side = 512;
        int longest_side = 16'384;
        std::int64_t most_pixels = 64LL * 1024 * 1024;
        std::size_t most_screens = 64;  ///< ExtendedDesktopSize

        /// May a screen be that large?
        bool allow(Size size) const;
    };

    ServerStream(const ServerInit& init, Limits limits);
    explicit ServerStream(const ServerInit& init);
    ~ServerStream();
    ServerStream(ServerStream&&) noexcept;

    /// The encodings of a SetEncodings that the host has been sent. Asked once is asked for the rest of the connection
    /// (updates in flight); the type is `wire::encoding`.
    void asked_for(std::span<const std::int32_t> encodings);
    /// For a stream whose SetEncodings is not known: whatever can be measured.
    void asked_for_all();
    /// The format of a SetPixelFormat that the host has been sent. It holds from the next update on; if the host was
    /// asked for that one before, nobody can tell which format it has.
    void set_format(const PixelFormat& format);

    /// A run of bytes of one message.
    struct Piece {
        std::size_t size = 0;  ///< 1 .. more.size(): these may be sent on
        int type = 0;          ///< the message's type
        bool begins = false;   ///< the run starts the message
        bool ends = false;     ///< the run ends it
    };
    /// The next run at the front of `more` (not empty). A run ends with its message or with `more`. On an error nothing
    /// of `more` may pass any more: bytes of an offending header that came earlier have already been counted in pieces,
    /// so that the viewer was left in the middle of a header at worst. The stream stays broken then.
    /// Errors: unknown_message, unasked_encoding, outside_screen, oversized, bad_value.
    Result<Piece> next(ByteView more);

    Size screen() const;                     ///< follows resizes, as of the last piece
    const PixelFormat& format() const;       ///< of the update under way, or of the last one
    const PixelFormat& next_format() const;  ///< of the next update
    std::uint64_t updates_begun() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto::wire
