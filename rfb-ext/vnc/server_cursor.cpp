#include "rfb-ext/vnc/server_cursor.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#include <rfb/rfb.h>

namespace pronto::vnc {

namespace {

template <class T>
T* allocate(std::size_t count) {
    // The library frees with free().
    auto* memory = static_cast<T*>(std::calloc(count, sizeof(T)));
    if (!memory) throw std::bad_alloc();
    return memory;
}

std::size_t mask_stride(int width) {
    return static_cast<std::size_t>((width + 7) / 8);
}

bool fits(Size size) {
    const auto height = static_cast<std::size_t>(size.height);
    const std::size_t bytes = static_cast<std::size_t>(size.width) * height * 4 + mask_stride(size.width) * height;
    return bytes + 64 <= UPDATE_BUF_SIZE;
}

CursorShape halved(const CursorShape& shape) {
    CursorShape half;
    half.size = {(shape.size.width + 1) / 2, (shape.size.height + 1) / 2};
    half.hotspot = {shape.hotspot.x / 2, shape.hotspot.y / 2};
    for (int y = 0; y < half.size.height; ++y)
        for (int x = 0; x < half.size.width; ++x)
            half.pixels.push_back(shape.pixels[static_cast<std::size_t>(y * 2 * shape.size.width + x * 2)]);
    return half;
}

}  // namespace

CursorShape fitting(CursorShape shape) {
    while (!fits(shape.size)) shape = halved(shape);
    return shape;
}

rfbCursor* make_server_cursor(const CursorShape& wanted) {
    CursorShape shape = fitting(wanted);
    // The library sends a 1x1 cursor with an empty mask as "no cursor".
    if (shape.size.width <= 0 || shape.size.height <= 0) shape = {{1, 1}, {0, 0}, {0}};
    const std::size_t stride = mask_stride(shape.size.width);
    const auto height = static_cast<std::size_t>(shape.size.height);
    auto* cursor = allocate<rfbCursor>(1);
    cursor->cleanup = cursor->cleanupSource = cursor->cleanupMask = cursor->cleanupRichSource = TRUE;
    cursor->width = static_cast<unsigned short>(shape.size.width);
    cursor->height = static_cast<unsigned short>(shape.size.height);
    cursor->xhot = static_cast<unsigned short>(std::clamp(shape.hotspot.x, 0, shape.size.width - 1));
    cursor->yhot = static_cast<unsigned short>(std::clamp(shape.hotspot.y, 0, shape.size.height - 1));
    cursor->mask = allocate<unsigned char>(stride * height);
    cursor->alphaSource = allocate<unsigned char>(shape.pixels.size());
    auto* colours = allocate<std::uint32_t>(shape.pixels.size());
    cursor->richSource = reinterpret_cast<unsigned char*>(colours);
    for (std::size_t i = 0; i < shape.pixels.size(); ++i) {
        const auto x = i % static_cast<std::size_t>(shape.size.width);
        const auto y = i / static_cast<std::size_t>(shape.size.width);
        const auto alpha = static_cast<unsigned char>(shape.pixels[i] >> 24);
        colours[i] = shape.pixels[i] & 0xFFFFFF;
        cursor->alphaSource[i] = alpha;
        if (alpha >= 128) cursor->mask[y * stride + x / 8] |= static_cast<unsigned char>(0x80 >> (x % 8));
    }
    return cursor;
}

}  // namespace pronto::vnc
