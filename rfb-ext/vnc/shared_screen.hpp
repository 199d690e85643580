#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "rfb-ext/vnc/picture.hpp"

namespace pronto::vnc {

/// The host's screen as last captured: one producer (the capture thread) paints, every ScreenServer (one per viewer, each
/// in its own thread) takes what changed since it last looked. Thread-safe; nobody waits for a slow viewer, because a taker
/// copies under the lock and sends after it.
class SharedScreen {
public:
    explicit SharedScreen(Size size);
    ~SharedScreen();

    // The producer's side.
    void resize(Size size);  ///< contents undefined (black) until painted
    /// `pixels` points at the area's first pixel; rows are `stride` pixels apart. Clipped to the screen.
    void paint(const Rect& area, const std::uint32_t* pixels, std::size_t stride);
    /// The area now shows what stood at `from` before (a scroll): viewers get a CopyRect.
    void move(const Rect& area, Point from);
    void set_cursor(CursorShape shape);

    Size size() const;
    Picture picture() const;

    /// What a viewer has not seen yet. The first `take` of a taker, and the first after a resize, is the whole screen.
    class Taker;
    /// `wake` is called (any thread, must be quick, must not call back) whenever there is something to take.
    std::unique_ptr<Taker> subscribe(std::function<void()> wake);

private:
    struct State;
    std::shared_ptr<State> state_;
};

class SharedScreen::Taker {
public:
    virtual ~Taker() = default;
    struct Move { Rect area; Point from; };
    struct Changes {
        bool resized = false;
        Size size;
        std::vector<Move> moves;       ///< happened first, in this order
        std::vector<Rect> painted;     ///< then these areas of `into` were brought up to date
        std::optional<CursorShape> cursor;
        bool any() const { return resized || !moves.empty() || !painted.empty() || cursor.has_value(); }
    };
    /// Applies to `into` (made of the right size first) all that changed since the last call, and says what that was.
    virtual Changes take(Picture& into) = 0;
};

}  // namespace pronto::vnc
