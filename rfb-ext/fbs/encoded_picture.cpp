#include "rfb-ext/fbs/encoded_picture.hpp"

#include <algorithm>
#include <cstring>

namespace pronto::fbs {

namespace {

/// Two rows of pixels to two of brightness and one of each colour.
void to_rows(const std::uint32_t* const pixels[2], int width, std::uint8_t* const luma[2], std::uint8_t* blue,
             std::uint8_t* red) {
    const auto channel = [](std::uint32_t pixel, int shift) { return static_cast<int>(pixel >> shift & 255); };
    for (int line = 0; line < 2; ++line)
        for (int x = 0; x < width; ++x) {
            const auto pixel = pixels[line][x];
            luma[line][x] = static_cast<std::uint8_t>(
                ((66 * channel(pixel, 16) + 129 * channel(pixel, 8) + 25 * channel(pixel, 0) + 128) >> 8) + 16);
        }
    for (int x = 0; x < width / 2; ++x) {
        // Sums of four pixels.
        const std::uint32_t a = pixels[0][2 * x], b = pixels[0][2 * x + 1], c = pixels[1][2 * x],
                            d = pixels[1][2 * x + 1];
        const std::uint32_t odd = (a & 0xFF00FF) + (b & 0xFF00FF) + (c & 0xFF00FF) + (d & 0xFF00FF);
        const int r = static_cast<int>(odd >> 16), b4 = static_cast<int>(odd & 0xFFFF);
        const int g = channel(a, 8) + channel(b, 8) + channel(c, 8) + channel(d, 8);
        blue[x] = static_cast<std::uint8_t>(((112 * b4 - 38 * r - 74 * g + 512) >> 10) + 128);
        red[x] = static_cast<std::uint8_t>(((112 * r - 94 * g - 18 * b4 + 512) >> 10) + 128);
    }
}

}  // namespace

std::vector<Rect> EncodedPicture::take(const vnc::Picture& picture, const Rect& within) {
    if (picture.size != copy_.size) {
        copy_ = picture;
        return {{0, 0, picture.size.width, picture.size.height}};
    }
    std::vector<Rect> areas;
    if (within.empty()) return areas;
    const auto from = [](int at) { return at / side * side; };
    for (int y = from(within.y); y < within.y + within.height; y += side) {
        bool run = false;
        for (int x = from(within.x); x < within.x + within.width; x += side) {
            const Rect block{x, y, std::min(side, picture.size.width - x), std::min(side, picture.size.height - y)};
            const bool differs = take_block(picture, block);
            if (differs && run)
                areas.back().width += block.width;
            else if (differs)
                areas.push_back(block);
            run = differs;
        }
    }
    return areas;
}

bool EncodedPicture::take_block(const vnc::Picture& picture, const Rect& block) {
    const auto bytes = static_cast<std::size_t>(block.width) * sizeof(std::uint32_t);
    for (int y = block.y; y < block.y + block.height; ++y) {
        if (std::memcmp(picture.row(y) + block.x, copy_.row(y) + block.x, bytes) == 0) continue;
        for (; y < block.y + block.height; ++y) std::memcpy(copy_.row(y) + block.x, picture.row(y) + block.x, bytes);
        return true;
    }
    return false;
}

void to_planes(const vnc::Picture& picture, const Rect& area, const Planes& planes, Point corner) {
    const auto at = [&](int plane, int y) {
        const int half = plane == 0 ? 1 : 2;
        return planes.data[plane] + (corner.y + y) / half * planes.strides[plane] + (corner.x + area.x) / half;
    };
    for (int y = area.y; y < area.y + area.height; y += 2) {
        const std::uint32_t* pixels[2] = {picture.row(y) + area.x, picture.row(y + 1) + area.x};
        std::uint8_t* luma[2] = {at(0, y), at(0, y + 1)};
        to_rows(pixels, area.width, luma, at(1, y), at(2, y));
    }
}

}  // namespace pronto::fbs
