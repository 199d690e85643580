#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "rfb-ext/base/geometry.hpp"
#include "rfb-ext/wire/server_stream.hpp"

/// How long each encoding's rectangle is, found by looking at as few of its bytes as possible.
namespace pronto::wire::measure {

/// How to go on in the stream: pass over `skip` bytes unseen, then gather `look` bytes and show them to the next step.
/// Without a look, what is being measured ends after the skip.
struct Want {
    std::uint64_t skip = 0;
    std::size_t look = 0;
};
/// No step asks for more at once.
inline constexpr std::size_t longest_look = 12;

/// What the length of a rectangle depends on. A rectangle that announces a new size sets the screen.
struct Terms {
    Size screen;
    PixelFormat format;
    ServerStream::Limits limits;
};

/// Measures the rectangles of one encoding, one at a time.
class Rectangle {
public:
    virtual ~Rectangle() = default;
    /// Right behind a rectangle's header; `area` is the header's (a pseudo-rectangle's means something else).
    virtual Result<Want> begin(const Rect& area, Terms& terms) = 0;
    /// With the bytes last asked for. Every look takes at least one byte of the stream.
    virtual Result<Want> look(ByteView seen, Terms& terms) = 0;
};

/// An encoding that can be measured.
struct Kind {
    std::int32_t encoding;
    bool pseudo;          ///< its rectangle's header is no area of the screen
    bool always = false;  ///< may come without having been asked for (RFC 6143 section 7.7)
    std::unique_ptr<Rectangle> (*make)();
};
/// All of them. A further encoding is one file here and one row there.
std::span<const Kind> kinds();

std::unique_ptr<Rectangle> raw();
std::unique_ptr<Rectangle> copy_rect();
std::unique_ptr<Rectangle> hextile();
std::unique_ptr<Rectangle> tight();
std::unique_ptr<Rectangle> cursor();
std::unique_ptr<Rectangle> x_cursor();
std::unique_ptr<Rectangle> cursor_with_alpha();
std::unique_ptr<Rectangle> desktop_size();
std::unique_ptr<Rectangle> extended_desktop_size();
std::unique_ptr<Rectangle> desktop_name();
std::unique_ptr<Rectangle> led_state();
/// The header says it all: PointerPos, LastRect, the QEMU extended key acknowledgement.
std::unique_ptr<Rectangle> header_only();

bool lies_in(const Rect& area, Size screen);
std::uint64_t pixels(const Rect& area);

}  // namespace pronto::wire::measure
