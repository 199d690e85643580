#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rfb-ext/base/geometry.hpp"

struct _XDisplay;

namespace pronto::test {

/// A small program on an X server under test: one window without a window manager, drawn to and read from by the test.
class X11Client {
public:
    /// The window is mapped and has the keyboard when this returns.
    X11Client(const std::string& display, Rect window);
    ~X11Client();

    void fill(const Rect& area, std::uint32_t colour);
    void scroll(const Rect& area, int up);  ///< copies the window's rows upwards, as terminals do
    void set_cursor(unsigned font_shape);
    /// What the whole screen looks like, read by another way than the capture's.
    std::vector<std::uint32_t> screen(Size size) const;
    void sync() const;

    struct Typed {
        std::string text;                   ///< UTF-8 of the key presses
        std::vector<unsigned long> keysyms; ///< of the presses
        int presses = 0, releases = 0;
    };
    /// Collects key events until `text` (UTF-8) has come, or 5 s have passed.
    Typed typed(const std::string& text);
    /// Collects key events until so many keys were pressed, or 5 s have passed.
    Typed pressed(int count);
    /// Collects key events for so long.
    Typed typed_for(int milliseconds);
    /// Waits until it is so, 5 s at most: the server takes turns between this program and the one under test.
    bool soon(const std::function<bool()>& so) const;

    struct Button { unsigned number = 0; bool down = false; Point at; };
    /// Waits for so many button events (5 s at most).
    std::vector<Button> buttons(std::size_t count);
    Point pointer() const;          ///< on the root window
    std::vector<int> held_keys() const;
    unsigned modifiers() const;     ///< effective, as in a key event's state

    _XDisplay* get() const { return display_; }

private:
    void collect(Typed& into, int milliseconds, const std::function<bool()>& enough);

    _XDisplay* display_ = nullptr;
    unsigned long window_ = 0;
    void* context_ = nullptr;  // GC
    void* method_ = nullptr;   // XIM, XIC
    void* input_ = nullptr;
};

}  // namespace pronto::test
