// The part of the console's model that is about the screens of sessions: what they show, and when they are in vain.
#include <utility>

#include <fmt/format.h>

#include "rfb-ext/base/text.hpp"
#include "viewer/model/console_model.hpp"

namespace pronto::viewer {

using control::SessionState;
using Severity = LogLine::Severity;

namespace {

constexpr int most_screens_in_vain = 3;
constexpr Millis a_picture_is_seen{1'000};

}  // namespace

void ConsoleModel::screen_showing(SessionNumber number, Size size, SteadyTime when) {
    const auto found = sessions_.find(number);
    if (found == sessions_.end() || !found->second.live()) return;
    Session& session = found->second;
    session.screen = Session::Screen::showing;
    session.showing_since = clock_.now();
    session.size = size;
    if (session.seen_in == SeenIn::other_viewer) {
        session.place.reset();  // the pass is used up
        session.first_picture_ms = std::chrono::duration_cast<Millis>(when - session.requested_at).count();
        write(Severity::info, fmt::format("Another viewer shows the screen of {}", session.guest_name));
    } else if (!session.first_picture_ms) {
        session.first_picture_ms = std::chrono::duration_cast<Millis>(when - session.requested_at).count();
        write(Severity::info, fmt::format("The screen of {} is here ({} x {}), {}", session.guest_name, size.width,
                                          size.height, first_picture_in_words(session)));
    }
    tell_session(number);
}

void ConsoleModel::screen_resized(SessionNumber number, Size size) {
    const auto found = sessions_.find(number);
    if (found == sessions_.end() || !found->second.live() || found->second.size == size) return;
    found->second.size = size;
    tell_session(number);
}

void ConsoleModel::note_how_long_seen(Session& session) {
    const auto since = std::exchange(session.showing_since, std::nullopt);
    if (since && clock_.now() - *since >= a_picture_is_seen) session.screens_in_vain = 0;
}

bool ConsoleModel::gave_up_screen(Session& session, const control::Error& why) {
    const bool network = session.unconfirmed || session.away != control::Party::nobody;
    if (!session.was_seen() || session.ending || network || session.seen_in != SeenIn::window) return false;
    ++session.screens_in_vain;
    note_how_long_seen(session);
    if (session.screens_in_vain < most_screens_in_vain) return false;
    session.error = why;
    end_session(session.number);
    return true;
}

void ConsoleModel::screen_failed(SessionNumber number, const control::Error& why) {
    const auto found = sessions_.find(number);
    if (found == sessions_.end() || !found->second.live()) return;
    Session& session = found->second;
    session.screen = Session::Screen::closed;
    write_error(fmt::format("The screen of {} cannot be shown", session.guest_name), why);
    // A screen that was there is offered again by the hub, until the grace is over.
    const bool by_network = why.code == control::Code::offline;
    if (!by_network && gave_up_screen(session, why)) return;
    if (session.was_seen() || session.state == SessionState::paused) return tell_session(number);
    session.error = why;
    end_session(number);  // the guest should not stay watched by nobody
}

void ConsoleModel::screen_copied(SessionNumber number, const std::string& text) {
    const auto* session = find_session(number);
    if (!session || !session->live() || session->mode != control::Mode::control || !policy_.clipboard) return;
    // Our agents tell of a text twice: all of it by the control channel, and in Latin-1, sooner or later, for other viewers.
    if (session->copies_by_control) return;
    const auto shown = presentable(text, text.size(), true);  // what the control channel lets through
    if (shown.empty()) return;
    const auto copy = *session;
    tell(&ConsoleListener::clipboard_received, copy, shown);
}

void ConsoleModel::screen_offered(SessionNumber number, const BridgePlace& place) {
    const auto found = sessions_.find(number);
    if (found == sessions_.end() || !found->second.live()) return;
    found->second.screen = Session::Screen::offered;
    found->second.place = place;
    write(Severity::info, fmt::format("The screen of {} waits for a viewer at vnc://127.0.0.1:{}",
                                      found->second.guest_name, place.port));
    tell_session(number);
}

void ConsoleModel::viewer_left(SessionNumber number, const std::string& why) {
    const auto found = sessions_.find(number);
    if (found == sessions_.end() || !found->second.live()) return;
    found->second.screen = Session::Screen::closed;
    found->second.place.reset();
    write(Severity::info, fmt::format("The session with {} ends: {}", found->second.guest_name, why));
    end_session(number);
}

void ConsoleModel::screen_closed(SessionNumber number, const std::string& why) {
    const auto found = sessions_.find(number);
    if (found == sessions_.end() || !found->second.live()) return;
    Session& session = found->second;
    session.screen = Session::Screen::closed;
    session.place.reset();
    const bool expected = session.ending || session.state != SessionState::streaming;
    if (!expected) write(Severity::warning, fmt::format("The screen of {} is closed: {}", session.guest_name, why));
    const control::Error error{control::Code::internal, fmt::format("The screen was closed again and again: {}", why), {}};
    if (gave_up_screen(session, error)) return;
    tell_session(number);  // whether the session goes on is the hub's to say
}

}  // namespace pronto::viewer
