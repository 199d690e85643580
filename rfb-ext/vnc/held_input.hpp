#pragma once

#include <set>

#include "rfb-ext/vnc/screen_server.hpp"

namespace pronto::vnc {

/// Passes a viewer's input on and remembers what is held down, so that it can be released when the viewer goes.
class HeldInput {
public:
    explicit HeldInput(InputSink& sink) : sink_(sink) {}

    void key(std::uint32_t keysym, bool down) {
        // A viewer could invent keys without end; nobody has more than this many fingers.
        if (down && keys_.size() < most_keys)
            keys_.insert(keysym);
        else if (!down)
            keys_.erase(keysym);
        sink_.key(keysym, down);
    }
    void pointer(Point at, unsigned buttons) {
        at_ = at;
        buttons_ = buttons;
        sink_.pointer(at, buttons);
    }
    void release_all() {
        for (const std::uint32_t keysym : keys_) sink_.key(keysym, false);
        keys_.clear();
        if (buttons_ != 0) sink_.pointer(at_, 0);
        buttons_ = 0;
    }

private:
    static constexpr std::size_t most_keys = 64;
    InputSink& sink_;
    std::set<std::uint32_t> keys_;
    Point at_;
    unsigned buttons_ = 0;
};

}  // namespace pronto::vnc
