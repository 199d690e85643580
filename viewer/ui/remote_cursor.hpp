#pragma once

#include <memory>
#include <vector>

#include "rfb-ext/vnc/picture.hpp"

class Fl_RGB_Image;
class Fl_Window;

namespace pronto::viewer {

/// The remote pointer's shape as this computer's pointer, so that it follows the hand without delay.
class RemoteCursor {
public:
    RemoteCursor();
    ~RemoteCursor();
    /// An empty shape (a hidden pointer) becomes a dot: the operator must see where the hand is.
    void set(const vnc::CursorShape& shape);
    void show_on(Fl_Window& window);

private:
    vnc::CursorShape shape_;
    std::vector<unsigned char> bytes_;
    std::unique_ptr<Fl_RGB_Image> image_;
};

/// The dot for a hidden pointer: 5 x 5, dark with a light edge.
vnc::CursorShape dot_cursor();

}  // namespace pronto::viewer
