#include "rfb-ext/vnc/shared_screen.hpp"

#include <algorithm>
#include <cassert>

#include "rfb-ext/vnc/rects.hpp"

namespace pronto::vnc {

namespace {

/// More than these are not worth their bookkeeping: they become one painted area.
constexpr std::size_t most_moves = 8;
constexpr std::size_t most_painted = 128;

/// What one taker has not taken yet.
struct Pending {
    bool whole = true;
    bool cursor = true;
    std::vector<SharedScreen::Taker::Move> moves;
    std::vector<Rect> painted;
    std::function<void()> wake;

    void paint(const Rect& area) {
        for (const Rect& known : painted)
            if (contains(known, area)) return;
        std::erase_if(painted, [&](const Rect& known) { return contains(area, known); });
        painted.push_back(area);
        if (painted.size() > most_painted) painted = {bounding_box(painted)};
    }

    void move(const Rect& area, Point from) {
        if (moves.size() == most_moves) return paint(area);
        // What the viewer's picture lacks at the source it will lack at the destination.
        const Rect source{from.x, from.y, area.width, area.height};
        const auto before = painted;
        for (const Rect& known : before) {
            Rect stale = intersection(known, source);
            if (stale.empty()) continue;
            stale.x += area.x - from.x;
            stale.y += area.y - from.y;
            paint(stale);
        }
        moves.push_back({area, from});
    }
};

void copy_area(const Picture& from, Picture& to, const Rect& area) {
    for (int y = area.y; y < area.y + area.height; ++y)
        std::copy_n(from.row(y) + area.x, area.width, to.row(y) + area.x);
}

}  // namespace

struct SharedScreen::State {
    mutable std::mutex mutex;
    Picture picture;
    CursorShape cursor;
    std::vector<Pending*> takers;

    void resize(Size size) {
        assert(size.width > 0 && size.height > 0);
        picture.size = size;
        picture.pixels.assign(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height), 0);
    }
    /// Under the lock: a taker that is going takes itself off the list first, so its wake is never called too late.
    template <class Note>
    void note(Note&& note_in) {
        for (Pending* taker : takers) {
            note_in(*taker);
            if (taker->wake) taker->wake();
        }
    }

    class Listener;
};

class SharedScreen::State::Listener final : public SharedScreen::Taker {
public:
    Listener(std::shared_ptr<State> state, std::function<void()> wake) : state_(std::move(state)) {
        pending_.wake = std::move(wake);
        const std::lock_guard lock(state_->mutex);
        state_->takers.push_back(&pending_);
    }
    ~Listener() override {
        const std::lock_guard lock(state_->mutex);
        std::erase(state_->takers, &pending_);
    }

    Changes take(Picture& into) override {
        const std::lock_guard lock(state_->mutex);
        const Picture& now = state_->picture;
        Changes changes;
        changes.size = now.size;
        changes.resized = into.size != now.size;
        if (changes.resized || pending_.whole) {
            into = now;
            changes.painted = {{0, 0, now.size.width, now.size.height}};
        } else {
            for (const Move& move : pending_.moves) copy_area(now, into, move.area);
            for (const Rect& area : pending_.painted) copy_area(now, into, area);
            changes.moves = std::move(pending_.moves);
            changes.painted = std::move(pending_.painted);
        }
        if (pending_.cursor) changes.cursor = state_->cursor;
        pending_.moves.clear();
        pending_.painted.clear();
        pending_.whole = pending_.cursor = false;
        return changes;
    }

private:
    std::shared_ptr<State> state_;
    Pending pending_;
};

SharedScreen::SharedScreen(Size size) : state_(std::make_shared<State>()) {
    state_->resize(size);
}

SharedScreen::~SharedScreen() = default;

void SharedScreen::resize(Size size) {
    const std::lock_guard lock(state_->mutex);
    state_->resize(size);
    state_->note([](Pending& taker) {
        taker.whole = true;
        taker.moves.clear();
        taker.painted.clear();
    });
}

void SharedScreen::paint(const Rect& area, const std::uint32_t* pixels, std::size_t stride) {
    const std::lock_guard lock(state_->mutex);
    Picture& picture = state_->picture;
    const Rect visible = intersection(area, {0, 0, picture.size.width, picture.size.height});
    if (visible.empty()) return;
    pixels += static_cast<std::size_t>(visible.y - area.y) * stride + static_cast<std::size_t>(visible.x - area.x);
    for (int y = visible.y; y < visible.y + visible.height; ++y, pixels += stride)
        std::transform(pixels, pixels + visible.width, picture.row(y) + visible.x,
                       [](std::uint32_t pixel) { return pixel & 0xFFFFFF; });
    state_->note([&](Pending& taker) { taker.paint(visible); });
}

void SharedScreen::move(const Rect& area, Point from) {
    const std::lock_guard lock(state_->mutex);
    Picture& picture = state_->picture;
    const Rect screen{0, 0, picture.size.width, picture.size.height};
    const int dx = area.x - from.x;
    const int dy = area.y - from.y;
    const Rect source = intersection({from.x, from.y, area.width, area.height}, screen);
    const Rect to = intersection({source.x + dx, source.y + dy, source.width, source.height}, screen);
    if (to.empty() || (dx == 0 && dy == 0)) return;
    const bool upwards = dy < 0;
    for (int i = 0; i < to.height; ++i) {
        const int y = upwards ? to.y + i : to.y + to.height - 1 - i;
        const std::uint32_t* row = picture.row(y - dy) + to.x - dx;
        if (dx > 0)
            std::copy_backward(row, row + to.width, picture.row(y) + to.x + to.width);
        else
            std::copy(row, row + to.width, picture.row(y) + to.x);
    }
    state_->note([&](Pending& taker) { taker.move(to, {to.x - dx, to.y - dy}); });
}

void SharedScreen::set_cursor(CursorShape shape) {
    const std::lock_guard lock(state_->mutex);
    if (shape == state_->cursor) return;
    state_->cursor = std::move(shape);
    state_->note([](Pending& taker) { taker.cursor = true; });
}

Size SharedScreen::size() const {
    const std::lock_guard lock(state_->mutex);
    return state_->picture.size;
}

Picture SharedScreen::picture() const {
    const std::lock_guard lock(state_->mutex);
    return state_->picture;
}

std::unique_ptr<SharedScreen::Taker> SharedScreen::subscribe(std::function<void()> wake) {
    return std::make_unique<State::Listener>(state_, std::move(wake));
}

}  // namespace pronto::vnc
