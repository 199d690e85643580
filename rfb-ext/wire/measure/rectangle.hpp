#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "rfb-ext/base/geometry.hpp"
#include "rfb-ext/wire/server_stream.hpp"

/// How long each encoding's rectangle is, found by looking at as few of its bytes as possible.
namespace pronto::wire::measure {

/// How to go on, said by whoever has been shown the bytes from some place in the stream on (all that are there, from
/// none to too many): pass over `skip` bytes from that place, then show at least `look` bytes from there. Without a
/// look, what is being measured ends after the skip. Skip 0 asks for more of the same; `look` is then more than was
/// shown. Or why the stream must not go on.
///
/// Not a Result: there is one for every rectangle, and two registers hold this.
struct Want {
    std::uint64_t skip = 0;
    std::uint32_t look = 0;
    WireError error{};

    constexpr Want() = default;
    constexpr Want(std::uint64_t to_skip, std::size_t to_look)
        : skip(to_skip), look(static_cast<std::uint32_t>(to_look)) {}
    constexpr Want(WireError why) : error(why) {}
    constexpr bool refused() const { return error != WireError{}; }
};
constexpr Want ends_after(std::uint64_t bytes) {
    return {bytes, 0};
}
constexpr Want shown_at_least(std::size_t bytes) {
    return {0, bytes};
}
/// Nobody asks for more to look at: the head of a Tight rectangle with 256 colours of 4 bytes.
inline constexpr std::size_t longest_look = 1 + 1 + 1 + 256 * 4 + 3;

/// What the length of a rectangle depends on. A rectangle that announces a new size sets the screen.
struct Terms {
    Size screen;
    PixelFormat format;
    ServerStream::Limits limits;
};

/// The rectangle being measured.
struct Subject {
    Rect area;                ///< as its header says; a pseudo-rectangle's may mean something else
    int tiles = 0;            ///< passed so far, for encodings that are walked tile by tile
    int pixels_left = 0;      ///< TRLE: of a tile that is sent in runs
    bool plain_runs = false;  ///< TRLE: its runs name colours, not palette entries
    unsigned palette = 0;     ///< TRLE: colours of the last palette sent
};

/// Measures one encoding's rectangles. `body` begins right behind the header, or where the last answer's skip led to.
using Measure = Want (*)(Subject& rectangle, Terms& terms, ByteView body);

/// An encoding that can be measured.
struct Kind {
    std::int32_t encoding;
    bool pseudo;  ///< its rectangle's header is no area of the screen
    bool always;  ///< may come without having been asked for (RFC 6143 section 7.7)
    Measure measure;
};
/// All of them. A further encoding is one file here and one row there.
std::span<const Kind> kinds();

Want raw(Subject& rectangle, Terms& terms, ByteView body);
Want copy_rect(Subject& rectangle, Terms& terms, ByteView body);
Want hextile(Subject& rectangle, Terms& terms, ByteView body);
Want rre(Subject& rectangle, Terms& terms, ByteView body);
Want corre(Subject& rectangle, Terms& terms, ByteView body);
/// Zlib and ZRLE: a length, then what zlib made.
Want zlib(Subject& rectangle, Terms& terms, ByteView body);
Want trle(Subject& rectangle, Terms& terms, ByteView body);
Want tight(Subject& rectangle, Terms& terms, ByteView body);
Want tight_png(Subject& rectangle, Terms& terms, ByteView body);
Want cursor(Subject& rectangle, Terms& terms, ByteView body);
Want x_cursor(Subject& rectangle, Terms& terms, ByteView body);
Want cursor_with_alpha(Subject& rectangle, Terms& terms, ByteView body);
Want desktop_size(Subject& rectangle, Terms& terms, ByteView body);
Want extended_desktop_size(Subject& rectangle, Terms& terms, ByteView body);
Want desktop_name(Subject& rectangle, Terms& terms, ByteView body);
Want led_state(Subject& rectangle, Terms& terms, ByteView body);
/// The header says it all: PointerPos, LastRect, the QEMU extended key acknowledgement.
Want header_only(Subject& rectangle, Terms& terms, ByteView body);

/// For sides and corners from the wire: none is negative.
inline bool lies_in(const Rect& area, Size screen) {
    return area.x + area.width <= screen.width && area.y + area.height <= screen.height;
}
inline std::uint64_t pixels(const Rect& area) {
    return static_cast<std::uint64_t>(area.width) * static_cast<std::uint64_t>(area.height);
}
inline std::uint64_t pixel_bytes(const Terms& terms) {
    return static_cast<std::uint64_t>(terms.format.bytes_per_pixel());
}

}  // namespace pronto::wire::measure
