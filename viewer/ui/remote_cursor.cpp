#include "viewer/ui/remote_cursor.hpp"

#include <FL/Fl_Image.H>
#include <FL/Fl_Window.H>

namespace pronto::viewer {

RemoteCursor::RemoteCursor() {
    set({});
}
RemoteCursor::~RemoteCursor() = default;

void RemoteCursor::set(const vnc::CursorShape& shape) {
    const bool hidden = shape.size.width <= 0 || shape.size.height <= 0;
    shape_ = hidden ? dot_cursor() : shape;
    bytes_.clear();
    for (const auto pixel : shape_.pixels)
        for (const int shift : {16, 8, 0, 24}) bytes_.push_back(static_cast<unsigned char>(pixel >> shift));
    image_ = std::make_unique<Fl_RGB_Image>(bytes_.data(), shape_.size.width, shape_.size.height, 4);
}

void RemoteCursor::show_on(Fl_Window& window) {
    window.cursor(image_.get(), shape_.hotspot.x, shape_.hotspot.y);
}

vnc::CursorShape dot_cursor() {
    vnc::CursorShape dot{{5, 5}, {2, 2}, {}};
    for (int y = 0; y < 5; ++y)
        for (int x = 0; x < 5; ++x) {
            const bool edge = x == 0 || y == 0 || x == 4 || y == 4;
            const bool corner = (x == 0 || x == 4) && (y == 0 || y == 4);
            dot.pixels.push_back(corner ? 0 : edge ? 0xFFFFFFFF : 0xFF202020);
        }
    return dot;
}

}  // namespace pronto::viewer
