#include "viewer/remote/remote_screens.hpp"

#include <stdexcept>
#include <unistd.h>

namespace pronto::viewer {

struct RemoteScreens::Entry {
    std::uint64_t opening = 0;  ///< tells the answers to an older open() apart
    bool view_only = false;
    bool bridged = false;
    Events* events = nullptr;
    std::unique_ptr<RemoteSession> screen = {};
    std::unique_ptr<LocalBridge> bridge = {};
};

RemoteScreens::RemoteScreens(StreamSource& streams, Mailbox& mailbox, const Clock& clock, std::uint16_t bridge_port)
    : streams_(streams), mailbox_(mailbox), clock_(clock), bridge_port_(bridge_port), alive_(std::make_shared<int>()) {}

RemoteScreens::~RemoteScreens() = default;

void RemoteScreens::open(SessionNumber session, const control::SessionStream& stream, bool view_only, Events& events) {
    dial(session, stream, std::make_unique<Entry>(Entry{++last_opening_, view_only, false, &events}));
}

void RemoteScreens::bridge(SessionNumber session, const control::SessionStream& stream, Events& events) {
    dial(session, stream, std::make_unique<Entry>(Entry{++last_opening_, false, true, &events}));
}

void RemoteScreens::dial(SessionNumber session, const control::SessionStream& stream, std::unique_ptr<Entry> entry) {
    const auto opening = entry->opening;
    entries_[session] = std::move(entry);
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

void RemoteScreens::send_cut_text(SessionNumber session, const std::string& text) {
    if (auto* screen = find(session)) screen->send_cut_text(text);
}

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
    try {
        if (entry.bridged)
            entry.bridge = build_bridge(session, fd, *entry.events);
        else
            entry.screen = show(session, fd, entry.view_only, *entry.events);
    } catch (const std::runtime_error& problem) {
        const auto* remedy = entry.bridged ? "" : "Close some sessions and try again.";
        failed(session, opening, {control::Code::internal, problem.what(), remedy});
    }
}

std::unique_ptr<RemoteSession> RemoteScreens::show(SessionNumber session, int fd, bool view_only, Events& events) {
    RemoteSession::Events heard;
    heard.showing = [&events, session](Size size, SteadyTime when) { events.screen_showing(session, size, when); };
    heard.resized = [&events, session](Size size) { events.screen_resized(session, size); };
    heard.copied = [&events, session](const std::string& text) { events.screen_copied(session, text); };
    heard.closed = [&events, session](const std::string& why) { events.screen_closed(session, why); };
    return std::make_unique<RemoteSession>(fd, view_only, mailbox_, clock_, std::move(heard));
}

std::unique_ptr<LocalBridge> RemoteScreens::build_bridge(SessionNumber session, int fd, Events& events) {
    LocalBridge::Events heard;
    heard.offered = [&events, session](const BridgePlace& place) { events.screen_offered(session, place); };
    heard.taken = [&events, session](SteadyTime when) { events.screen_showing(session, {}, when); };
    heard.ended = [&events, session](const LocalBridge::End& end) {
        if (end.side == LocalBridge::End::Side::viewer) return events.viewer_left(session, end.why);
        events.screen_closed(session, end.why);
    };
    return std::make_unique<LocalBridge>(fd, bridge_port_, mailbox_, clock_, std::move(heard));
}

void RemoteScreens::failed(SessionNumber session, std::uint64_t opening, const control::Error& why) {
    const auto found = entries_.find(session);
    if (found == entries_.end() || found->second->opening != opening) return;
    auto* events = found->second->events;
    entries_.erase(found);
    events->screen_failed(session, why);
}

}  // namespace pronto::viewer
