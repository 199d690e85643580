#include "viewer/remote/remote_session.hpp"

#include <algorithm>
#include <utility>

namespace pronto::viewer {

namespace {

Rect united(const Rect& a, const Rect& b) {
    if (a.empty()) return b;
    if (b.empty()) return a;
    const int left = std::min(a.x, b.x);
    const int top = std::min(a.y, b.y);
    return {left, top, std::max(a.x + a.width, b.x + b.width) - left, std::max(a.y + a.height, b.y + b.height) - top};
}

bool covers(const Rect& area, Size size) {
    return area.x <= 0 && area.y <= 0 && area.x + area.width >= size.width && area.y + area.height >= size.height;
}

}  // namespace

/// What the client's thread says, collected until the owner looks: however fast pictures come, one letter is under way.
struct RemoteSession::Shared {
    Shared(Mailbox& box, const Clock& time) : mailbox(box), clock(time) {}

    struct News {
        std::optional<Size> resized;
        std::optional<SteadyTime> showing;
        Rect damage;
        bool cursor = false;
        std::optional<std::string> copied;
        std::optional<std::string> closed;
    };

    Mailbox& mailbox;
    const Clock& clock;
    RemoteSession* owner = nullptr;  ///< the owner's thread only

    mutable std::mutex mutex;
    News news;
    bool letter_under_way = false;
    Size size;
    Rect seen;  ///< of this size, around all that was drawn so far
    bool shown = false;
    bool drawn = false;  ///< something, in the update under way; others bring a cursor or a size only
    Progress progress;
};

template <class Change>
void RemoteSession::report(const std::shared_ptr<Shared>& shared, Change change) {
    {
        const std::lock_guard lock(shared->mutex);
        change(*shared);
        if (std::exchange(shared->letter_under_way, true)) return;
    }
    shared->mailbox.post([shared] {
        if (shared->owner) shared->owner->deliver();
    });
}

vnc::ScreenClient::Events RemoteSession::client_events(std::shared_ptr<Shared> shared) {
    vnc::ScreenClient::Events events;
    events.resized = [shared](Size size) {
        report(shared, [&](Shared& now) {
            now.size = size;
            now.seen = {};
            now.news.resized = size;
            now.news.damage = {};
        });
    };
    events.updated = [shared](Rect area) {
        const std::lock_guard lock(shared->mutex);
        shared->drawn = true;
        shared->seen = united(shared->seen, area);
        shared->news.damage = united(shared->news.damage, area);
    };
    events.update_finished = [shared] {
        report(shared, [&](Shared& now) {
            if (!std::exchange(now.drawn, false)) return;
            ++now.progress.updates;
            now.progress.last = now.clock.now();
            if (!now.shown && covers(now.seen, now.size)) {
                now.shown = true;
                now.news.showing = now.progress.last;
            }
        });
    };
    events.cursor_changed = [shared] { report(shared, [](Shared& now) { now.news.cursor = true; }); };
    events.cut_text = [shared](std::string text) {
        report(shared, [&](Shared& now) { now.news.copied = std::move(text); });
    };
    events.closed = [shared](std::string why) {
        report(shared, [&](Shared& now) { now.news.closed = std::move(why); });
    };
    return events;
}

RemoteSession::RemoteSession(int fd, bool view_only, Mailbox& mailbox, const Clock& clock, Events events)
    : shared_(std::make_shared<Shared>(mailbox, clock)), events_(std::move(events)), view_only_(view_only) {
    shared_->owner = this;
    vnc::ScreenClient::Options options;
    options.view_only = view_only;
    client_ = std::make_unique<vnc::ScreenClient>(fd, options, client_events(shared_));
}

RemoteSession::~RemoteSession() { shared_->owner = nullptr; }

void RemoteSession::deliver() {
    const auto shared = shared_;  // a listener may end this session from inside: then we are gone
    const auto events = events_;
    Shared::News news;
    Size size;
    {
        const std::lock_guard lock(shared->mutex);
        news = std::exchange(shared->news, {});
        size = shared->size;
        shared->letter_under_way = false;
    }
    const auto here = [&] { return shared->owner != nullptr; };
    if (news.resized && watcher_) watcher_->screen_resized(*news.resized);
    if (here() && news.resized && events.resized) events.resized(*news.resized);
    if (here() && news.showing && events.showing) events.showing(size, *news.showing);
    if (here() && !news.damage.empty() && watcher_) watcher_->screen_updated(news.damage);
    if (here() && news.cursor && watcher_) watcher_->cursor_changed();
    if (here() && news.copied && events.copied) events.copied(*news.copied);
    if (here() && news.closed && events.closed) events.closed(*news.closed);
}

void RemoteSession::key(std::uint32_t keysym, bool down) { client_->key(keysym, down); }
void RemoteSession::pointer(Point at, unsigned buttons) { client_->pointer(at, buttons); }
void RemoteSession::refresh() { client_->refresh(); }
void RemoteSession::send_cut_text(const std::string& text) { client_->send_cut_text(text); }

void RemoteSession::set_view_only(bool view_only) {
    view_only_ = view_only;
    client_->set_view_only(view_only);
}

vnc::Picture RemoteSession::picture() const { return client_->picture(); }
void RemoteSession::with_picture(const std::function<void(const vnc::Picture&)>& look) const { client_->with_picture(look); }
vnc::CursorShape RemoteSession::cursor() const { return client_->cursor(); }

RemoteSession::Progress RemoteSession::progress() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->progress;
}

}  // namespace pronto::viewer
