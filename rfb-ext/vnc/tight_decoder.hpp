#pragma once

#include <array>
#include <memory>

#include "rfb-ext/vnc/byte_source.hpp"
#include "rfb-ext/vnc/inflater.hpp"
#include "rfb-ext/vnc/picture.hpp"
#include "rfb-ext/vnc/pixels.hpp"

namespace pronto::vnc {

/// Decodes Tight rectangles (rfbproto, "Tight Encoding"). libvncclient's decoder is not used: 0.9.14 draws a rectangle
/// of any size from uncompressed data that are too short (it reads megabytes past its buffer, in Debian's
/// 0.9.14+dfsg-1+deb12u2 too), and without Debian's patches for CVE-2026-44988 and CVE-2026-50538 it also writes past
/// its own.
class TightDecoder {
public:
    TightDecoder();
    ~TightDecoder();
    TightDecoder(TightDecoder&&) noexcept;

    enum class Kind { tight, png };  ///< Tight PNG has PNG where Tight has its basic compression
    /// One rectangle's data; `area` lies in `picture`. Returns the JPEG if that is how it came, else nothing. Throws
    /// BrokenStream.
    Bytes decode(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& area, Kind kind = Kind::tight);

private:
    void basic(ByteSource& in, const Pixels& pixels, Picture& picture, const Rect& area, unsigned control);
    Bytes data(ByteSource& in, unsigned control, std::size_t size);

    std::array<std::unique_ptr<Inflater>, 4> streams_;  ///< until a rectangle resets them
};

}  // namespace pronto::vnc
