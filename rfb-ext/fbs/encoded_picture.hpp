#pragma once

#include <vector>

#include "rfb-ext/vnc/picture.hpp"

namespace pronto::fbs {

/// A copy of the picture that was encoded last, which knows what the next one has that is new. Drawing touches more
/// than it changes: a window's whole content for a character, the same clock face again.
class EncodedPicture {
public:
    static constexpr int side = 16;  ///< of the blocks that are compared

    /// Takes over `picture`, of which only `within` may be new. Returns the areas that are, in runs of blocks from left
    /// to right, row by row; everything if the size is another one.
    std::vector<Rect> take(const vnc::Picture& picture, const Rect& within);

private:
    bool take_block(const vnc::Picture& picture, const Rect& block);

    vnc::Picture copy_;
};

/// Three planes of a picture, colours of half the size each way (I420, BT.601, 16 to 235).
struct Planes {
    std::uint8_t* data[3];
    int strides[3];  ///< bytes
};
/// Converts an area of a picture; all its numbers are even. `corner`, even too, is where the picture's corner lies in
/// the planes.
void to_planes(const vnc::Picture& picture, const Rect& area, const Planes& planes, Point corner);

}  // namespace pronto::fbs
