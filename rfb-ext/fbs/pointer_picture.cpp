#include "rfb-ext/fbs/pointer_picture.hpp"

namespace pronto::fbs {

namespace {

std::uint32_t blended(std::uint32_t under, std::uint32_t over) {
    const std::uint32_t alpha = over >> 24;
    std::uint32_t made = 0;
    for (const int shift : {0, 8, 16})
        made |= ((over >> shift & 255) * alpha + (under >> shift & 255) * (255 - alpha) + 127) / 255 << shift;
    return made;
}

}  // namespace

const vnc::Picture& with_pointer(const MovieScreen& movie, vnc::Picture& memory) {
    memory = movie.picture();
    const auto& shape = movie.cursor();
    const Point corner{movie.pointer()->x - shape.hotspot.x, movie.pointer()->y - shape.hotspot.y};
    for (int y = 0; y < shape.size.height; ++y)
        for (int x = 0; x < shape.size.width; ++x) {
            const Point at{corner.x + x, corner.y + y};
            if (at.x < 0 || at.y < 0 || at.x >= memory.size.width || at.y >= memory.size.height) continue;
            auto& pixel = memory.row(at.y)[at.x];
            pixel = blended(pixel, shape.pixels[static_cast<std::size_t>(y * shape.size.width + x)]);
        }
    return memory;
}

}  // namespace pronto::fbs
