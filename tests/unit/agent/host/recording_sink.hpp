#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>

#include "agent/host/capture/capture.hpp"

namespace pronto::host {

/// Draws what a capture says, remembers it, and lets a test wait for it.
class RecordingSink final : public ScreenSink {
public:
    struct Move { Rect area; Point from; };

    void resize(Size size) override {
        const std::scoped_lock hold(lock_);
        picture_.size = size;
        picture_.pixels.assign(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height), 0);
        ++resizes_;
        changed_.notify_all();
    }
    void paint(const Rect& area, const std::uint32_t* pixels, std::size_t stride) override {
        const std::scoped_lock hold(lock_);
        for (int y = 0; y < area.height; ++y)
            std::copy_n(pixels + static_cast<std::size_t>(y) * stride, area.width, picture_.row(area.y + y) + area.x);
        painted_.push_back(area);
        changed_.notify_all();
    }
    void move(const Rect& area, Point from) override {
        const std::scoped_lock hold(lock_);
        const auto before = picture_;
        for (int y = 0; y < area.height; ++y)
            std::copy_n(before.row(from.y + y) + from.x, area.width, picture_.row(area.y + y) + area.x);
        moves_.push_back({area, from});
        changed_.notify_all();
    }
    void set_cursor(vnc::CursorShape shape) override {
        const std::scoped_lock hold(lock_);
        cursor_ = std::move(shape);
        changed_.notify_all();
    }

    /// Waits (10 s at most) until `good`, called under the lock, says so.
    bool wait(const std::function<bool()>& good) {
        std::unique_lock hold(lock_);
        return changed_.wait_for(hold, std::chrono::seconds(10), good);
    }
    std::uint32_t pixel(int x, int y) const { return picture_.row(y)[x]; }
    void forget() {
        const std::scoped_lock hold(lock_);
        painted_.clear();
        moves_.clear();
    }

    std::mutex lock_;
    std::condition_variable changed_;
    vnc::Picture picture_;
    std::vector<Rect> painted_;
    std::vector<Move> moves_;
    vnc::CursorShape cursor_;
    int resizes_ = 0;
};

}  // namespace pronto::host
