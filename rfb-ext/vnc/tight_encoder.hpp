#pragma once

#include <array>
#include <memory>

#include "rfb-ext/base/bytes.hpp"
#include "rfb-ext/vnc/picture.hpp"

namespace pronto::vnc {

/// Tight's length: one to three bytes, at most 4 MiB - 1.
void append_compact_length(Bytes& to, std::size_t length);

/// Encodes areas of a picture as Tight rectangles (rfbproto, "Tight Encoding") for 32 bits a pixel, depth 24: header
/// and data, appended to a buffer. Chooses fill, two colours, palette or plain pixels. Its zlib streams last from
/// rectangle to rectangle, as a connection's do.
class TightEncoder {
public:
    /// `level`: zlib's, 1 to 9.
    explicit TightEncoder(int level = 6);
    ~TightEncoder();

    /// Exact. Appends as many rectangles as the area needs (none is wider than 2048 or has more than 65,536 pixels);
    /// returns their number. `area` lies in `picture` and is not empty.
    unsigned append_exact(Bytes& to, const Picture& picture, const Rect& area);
    /// All streams start anew with the next rectangle, which says so to the decoder; a decoder that has just been made
    /// need not be told.
    void reset(bool tell = true);
    /// The control bits that say so, if they are due; for a rectangle that somebody else writes.
    unsigned take_reset();

private:
    class Stream;
    void one_exact(Bytes& to, const Picture& picture, const Rect& area);
    void append_data(Bytes& to, unsigned stream, const Bytes& plain);
    Byte control(unsigned compression);

    const int level_;
    bool resets_ = false;  ///< the next rectangle resets all four streams
    std::array<std::unique_ptr<Stream>, 3> streams_;
};

}  // namespace pronto::vnc
