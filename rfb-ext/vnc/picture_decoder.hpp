#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "rfb-ext/vnc/byte_source.hpp"
#include "rfb-ext/vnc/inflater.hpp"
#include "rfb-ext/vnc/picture.hpp"
#include "rfb-ext/vnc/pixels.hpp"
#include "rfb-ext/vnc/tight_decoder.hpp"

namespace pronto::vnc {

/// Draws server messages (RFC 6143 section 7.6) into a picture: FramebufferUpdate with Raw, CopyRect, RRE, CoRRE,
/// Hextile, Zlib, Tight, Tight PNG, TRLE, ZRLE, the cursor, size and name pseudo-encodings and LastRect;
/// SetColourMapEntries. Every rectangle is held against the picture before it is drawn and every length against its
/// limit, whoever sent it. No I/O of its own.
class PictureDecoder {
public:
    /// Which encodings may come: those that Pronto's own console asks for (Tight, CopyRect, Hextile, Raw), or all that
    /// a movie of somebody else's viewer may hold.
    enum class Accepts { ours, all };
    /// Throws BrokenStream if the size is over the limits of picture.hpp.
    PictureDecoder(Size size, const wire::PixelFormat& format, Accepts accepts = Accepts::ours);

    struct Update {
        std::vector<Rect> changed;  ///< areas drawn, in order
        bool resized = false;       ///< the picture has a new size (and is black where nothing was drawn since)
        bool cursor = false;        ///< the pointer has another shape
    };
    /// A rectangle that was drawn.
    struct Drawn {
        Rect area;
        std::int32_t encoding = 0;
        Point from{};  ///< of a CopyRect
        Bytes jpeg{};  ///< the bytes of a Tight rectangle that came as JPEG, else none
    };
    /// Told of each rectangle right after it was drawn, in order; the picture is then as it was at that moment.
    using OnDrawn = std::function<void(const Drawn&)>;
    /// Reads and draws one FramebufferUpdate, whose type byte has been read. Throws BrokenStream; the picture may then
    /// be half drawn and the decoder must not be used any more.
    Update update(ByteSource& in, const OnDrawn& on_drawn = {});
    /// SetColourMapEntries, the same way.
    void colour_map(ByteSource& in);

    /// The pixel format of what comes from now on; zlib streams and the picture stay.
    void set_format(const wire::PixelFormat& format);
    /// As DesktopSize does. Throws BrokenStream.
    void set_size(Size size);

    const Picture& picture() const { return picture_; }
    const CursorShape& cursor() const { return cursor_; }
    /// Where the pointer is, if the server says so (PointerPos).
    const std::optional<Point>& pointer() const { return pointer_; }

private:
    struct Header {
        Rect area;
        std::int32_t encoding;
    };
    bool rectangle(ByteSource& in, const Header& header, Update& update, const OnDrawn& on_drawn);
    bool pseudo_rectangle(ByteSource& in, const Header& header, Update& update);
    void picture_rectangle(ByteSource& in, const Header& header, Drawn& drawn);
    void others_rectangle(ByteSource& in, const Header& header, Drawn& drawn);
    void resize(Size size, Update& update);
    void raw(ByteSource& in, const Rect& area);
    Point copy(ByteSource& in, const Rect& area);
    void inflated(ByteSource& in, std::unique_ptr<Inflater>& stream, const std::function<void(ByteSource&)>& draw);
    void screens(ByteSource& in, const Header& header, Update& update);

    Accepts accepts_;
    Pixels pixels_;
    TightDecoder tight_;
    std::unique_ptr<Inflater> zlib_;
    std::unique_ptr<Inflater> zrle_;
    Picture picture_;
    CursorShape cursor_;
    std::optional<Point> pointer_;
};

}  // namespace pronto::vnc
