#include "rfb-ext/vnc/cursor_decoder.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pronto::vnc {

namespace {

constexpr std::uint32_t opaque = 0xFF000000;

struct Bits {
    Bits(ByteSource& in, Size size)
        : stride(static_cast<std::size_t>((size.width + 7) / 8)),
          bytes(stride * static_cast<std::size_t>(size.height)) {
        in.read(bytes.data(), bytes.size());
    }
    bool at(std::size_t x, std::size_t y) const { return bytes[y * stride + x / 8] >> (7 - x % 8) & 1; }

    std::size_t stride;
    Bytes bytes;
};

void apply_mask(CursorShape& shape, const Bits& mask) {
    const auto width = static_cast<std::size_t>(shape.size.width);
    for (std::size_t i = 0; i < shape.pixels.size(); ++i)
        shape.pixels[i] = mask.at(i % width, i / width) ? shape.pixels[i] | opaque : 0;
}

void read_rich(ByteSource& in, const Pixels& pixels, CursorShape& shape) {
    Bytes raw(shape.pixels.size() * pixels.bytes());
    in.read(raw.data(), raw.size());
    pixels.row(raw.data(), shape.pixels.data(), static_cast<int>(shape.pixels.size()));
    apply_mask(shape, Bits(in, shape.size));
}

void read_two_coloured(ByteSource& in, CursorShape& shape) {
    Byte colours[6];
    in.read(colours, sizeof colours);
    const auto colour = [](const Byte* rgb) {
        return std::uint32_t{rgb[0]} << 16 | std::uint32_t{rgb[1]} << 8 | rgb[2];
    };
    const std::uint32_t foreground = colour(colours);
    const std::uint32_t background = colour(colours + 3);
    const Bits bits(in, shape.size);
    const auto width = static_cast<std::size_t>(shape.size.width);
    for (std::size_t i = 0; i < shape.pixels.size(); ++i)
        shape.pixels[i] = bits.at(i % width, i / width) ? foreground : background;
    apply_mask(shape, Bits(in, shape.size));
}

/// R, G, B, alpha; colours are premultiplied on the wire.
void read_with_alpha(ByteSource& in, CursorShape& shape) {
    if (in.u32() != 0) throw BrokenStream("a cursor with alpha in another encoding than Raw");
    for (std::uint32_t& pixel : shape.pixels) {
        Byte raw[4];
        in.read(raw, sizeof raw);
        const std::uint32_t alpha = raw[3];
        const auto plain = [&](Byte value) {
            return alpha == 0 ? 0U : std::min(255U, (value * 255U + alpha / 2) / alpha);
        };
        pixel = alpha << 24 | plain(raw[0]) << 16 | plain(raw[1]) << 8 | plain(raw[2]);
    }
}

}  // namespace

CursorShape read_cursor(ByteSource& in, const Pixels& pixels, const Rect& area, std::int32_t encoding) {
    if (area.width > longest_cursor_side || area.height > longest_cursor_side)
        throw BrokenStream(fmt::format("a cursor of {}x{} is not accepted", area.width, area.height));
    CursorShape shape{{area.width, area.height}, {area.x, area.y}, {}};
    shape.pixels.resize(static_cast<std::size_t>(area.width) * static_cast<std::size_t>(area.height));
    if (encoding == wire::encoding::cursor_with_alpha)
        read_with_alpha(in, shape);
    else if (shape.pixels.empty())
        return {};
    else if (encoding == wire::encoding::x_cursor)
        read_two_coloured(in, shape);
    else
        read_rich(in, pixels, shape);
    return shape.pixels.empty() ? CursorShape{} : shape;
}

}  // namespace pronto::vnc
