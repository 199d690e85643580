#include "viewer/ui/session_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rfb-ext/base/text.hpp"
#include "viewer/model/error_text.hpp"
#include "viewer/model/session.hpp"

namespace pronto::viewer {

using control::EndReason;
using control::SessionState;

namespace {

std::string reason_heading(const Session& session) {
    const auto& guest = session.guest_name;
    if (!session.reason) return fmt::format("The session with {} is over", guest);
    switch (*session.reason) {
        case EndReason::operator_:
            if (session.joined) return session.ending ? "You left the session" : "The session was ended";
            return session.was_seen() ? "You ended the session" : fmt::format("You no longer ask {}", guest);
        case EndReason::guest:
            return fmt::format("{} ended the session", guest);
        case EndReason::drop:
            return fmt::format("The connection with {} broke", guest);
        case EndReason::refused:
            return session.error ? fmt::format("No session with {}", guest) : fmt::format("{} said no", guest);
        case EndReason::timed_out:
            return fmt::format("{} did not answer in time", guest);
        case EndReason::hub_stopped:
            return "The hub was stopped";
        case EndReason::interrupted:
            return "The session was interrupted";
    }
    return {};
}

/// The hub's words for that come beside it.
bool heading_names_who_ended(const Session& session) {
    if (session.error || !session.was_seen() || session.joined) return false;
    if (session.reason == EndReason::guest) return session.message == session.guest_name + " ended the session.";
    return session.reason == EndReason::operator_ && session.message.ends_with(" ended the session.");
}

const char* recording_in_words(const Session& session) {
    if (!session.recorded) return "not recorded";
    switch (session.paused_by) {
        case control::Party::nobody:
            return "recorded";
        case control::Party::operator_:
            return "recording paused";
        case control::Party::guest:
            return "recording paused by the guest";
    }
    return "";
}

}  // namespace

std::string state_in_a_word(const Session& session) {
    if (session.live() && session.ending) return "ending";
    switch (session.state) {
        case SessionState::requested:
        case SessionState::asked:
            return "waiting for consent";
        case SessionState::granted:
            return "connecting";
        case SessionState::streaming:
            return session.mode == control::Mode::control ? "in session" : "viewing";
        case SessionState::paused:
            return "interrupted";
        case SessionState::ended:
            return "ended";
    }
    return {};
}

std::string state_in_words(const Session& session) {
    const auto& guest = session.guest_name;
    if (session.live() && session.ending) return "Ending the session…";
    // The hub may say later than the bridge that both ends are there.
    if (session.live() && session.screen == Session::Screen::offered) return "Waiting for a viewer…";
    switch (session.state) {
        case SessionState::requested:
            if (session.joined) return fmt::format("Joining the session with {}…", guest);
            return fmt::format("Calling {}…", guest);
        case SessionState::asked:
            return fmt::format("Asking {} for consent…", guest);
        case SessionState::granted:
            if (session.was_seen()) return "Opening the screen again…";
            return fmt::format("{} agreed. Opening the screen…", guest);
        case SessionState::streaming:
            if (session.screen == Session::Screen::showing) break;
            return "Waiting for the first picture…";
        case SessionState::paused:
            if (session.away == control::Party::guest)
                return fmt::format("{} is not connected. Waiting for it to come back…", guest);
            return "The connection was lost. Waiting for it to come back…";
        case SessionState::ended:
            return end_in_words(session).heading;
    }
    const auto others = others_in_words(session);
    return fmt::format("{}, {}{}{}", session.mode == control::Mode::control ? "Remote control" : "View only",
                       recording_in_words(session), others.empty() ? "" : ", with ", others);
}

EndWords end_in_words(const Session& session) {
    EndWords words{reason_heading(session), session.error ? in_words(*session.error) : session.message, {}};
    if (heading_names_who_ended(session)) words.reason.clear();
    if (session.was_seen() && session.duration_ms > 0)
        words.figures = fmt::format("It took {}; {} came from the guest's screen.",
                                    duration_in_words(session.duration_ms), human_bytes(session.bytes_to_viewer));
    return words;
}

PauseWords pause_in_words(const Session& session, const std::string& connection, UnixMillis now) {
    const bool ours = session.state == SessionState::paused && session.unconfirmed;
    const bool guest = session.state == SessionState::paused && session.away == control::Party::guest && !ours;
    PauseWords words;
    if (session.ending) return {"Ending the session…", {}};
    words.heading = ours ? connection : guest ? fmt::format("{} is not connected", session.guest_name) : "Opening the screen again…";
    if (!session.resumes_until || !(ours || guest)) return words;
    const auto left = (std::max<std::int64_t>(0, *session.resumes_until - now) + 999) / 1'000;
    words.more = fmt::format("The session goes on by itself if {} comes back within {}:{:02}.", guest ? "it" : "the connection", left / 60,
                             left % 60);
    return words;
}

std::string duration_in_words(std::int64_t ms) {
    const auto seconds = (ms + 500) / 1'000;
    if (seconds < 60) return fmt::format("{} s", seconds);
    if (seconds < 3'600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
    return fmt::format("{} h {:02} min", seconds / 3'600, seconds / 60 % 60);
}

std::string outcome_in_words(control::Outcome outcome) {
    switch (outcome) {
        case control::Outcome::solved:
            return "Solved";
        case control::Outcome::not_solved:
            return "Not solved";
        case control::Outcome::follow_up:
            return "To be followed up";
    }
    return {};
}

}  // namespace pronto::viewer
