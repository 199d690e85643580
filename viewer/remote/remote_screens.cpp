#include "viewer/remote/remote_screens.hpp"

#include <stdexcept>
#include <unistd.h>

namespace pronto::viewer {

struct RemoteScreens::Entry {
    std::uint64_t opening = 0;  ///< tells the answers to an older open() apart
    bool view_only = false;
    Events* events = nullptr;
    std::unique_ptr<RemoteSession> screen;
};

RemoteScreens::RemoteScreens(StreamSource& streams, Mailbox& mailbox, const Clock& clock)
    : streams_(streams), mailbox_(mailbox), clock_(clock), alive_(std::make_shared<int>()) {}

RemoteScreens::~RemoteScreens() = default;

void RemoteScreens::open(SessionNumber session, const control::SessionStream& stream, bool view_only, Events& events) {
    const auto opening = ++last_opening_;
    entries_[session] = std::make_unique<Entry>(Entry{opening, view_only, &events, nullptr});
    const std::weak_ptr<void> alive = alive_;
    streams_.open_stream(
        stream,
        [this, alive, session, opening](int fd) {
            if (alive.expired()) ::close(fd);
            else connected(session, opening, fd);
        },
        [this, alive, session, opening](const tunnel::LinkFailure& failure) {
            if (!alive.expired()) failed(session, opening, failure.error);
        });
}

void RemoteScreens::close(SessionNumber session) { entries_.erase(session); }

RemoteSession* RemoteScreens::find(SessionNumber session) {
    const auto found = entries_.find(session);
    return found == entries_.end() ? nullptr : found->second->screen.get();
}

void RemoteScreens::connected(SessionNumber session, std::uint64_t opening, int fd) {
    const auto found = entries_.find(session);
    if (found == entries_.end() || found->second->opening != opening) {
        ::close(fd);
        return;
    }
    Entry& entry = *found->second;
    auto* events = entry.events;
    RemoteSession::Events heard;
    heard.showing = [events, session](Size size, SteadyTime when) { events->screen_showing(session, size, when); };
    heard.resized = [events, session](Size size) { events->screen_resized(session, size); };
    heard.closed = [events, session](const std::string& why) { events->screen_closed(session, why); };
    try {
        entry.screen = std::make_unique<RemoteSession>(fd, entry.view_only, mailbox_, clock_, std::move(heard));
    } catch (const std::runtime_error& problem) {
        failed(session, opening, {control::Code::internal, problem.what(), "Close some sessions and try again."});
    }
}

void RemoteScreens::failed(SessionNumber session, std::uint64_t opening, const control::Error& why) {
    const auto found = entries_.find(session);
    if (found == entries_.end() || found->second->opening != opening) return;
    auto* events = found->second->events;
    entries_.erase(found);
    events->screen_failed(session, why);
}

}  // namespace pronto::viewer
