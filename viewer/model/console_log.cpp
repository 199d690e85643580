// What the console's log pane says.
#include <fmt/format.h>

#include "viewer/model/console_model.hpp"
#include "viewer/model/error_text.hpp"

namespace pronto::viewer {

using control::EndReason;
using control::SessionState;
using Severity = LogLine::Severity;

namespace {

constexpr std::size_t most_log_lines = 2'000;

std::string_view reason_in_words(EndReason reason) {
    switch (reason) {
        case EndReason::operator_: return "ended by the operator";
        case EndReason::guest: return "ended by the guest";
        case EndReason::drop: return "the connection broke";
        case EndReason::refused: return "refused";
        case EndReason::timed_out: return "nobody answered in time";
        case EndReason::hub_stopped: return "the hub stopped";
        case EndReason::interrupted: return "interrupted";
    }
    return "ended";
}

std::string duration(std::int64_t ms) {
    if (ms < 1'000) return fmt::format("{} ms", ms);
    return fmt::format("{}:{:02}", ms / 60'000, ms / 1'000 % 60);
}

std::string end_in_words(const Session& session) {
    auto text = fmt::format("Session with {} is over", session.guest_name);
    if (session.duration_ms > 0) text += fmt::format(" after {}", duration(session.duration_ms));
    if (session.reason) text += fmt::format(": {}", reason_in_words(*session.reason));
    const auto more = session.error ? in_words(*session.error) : session.message;
    return more.empty() ? text : fmt::format("{}. {}", text, more);
}

Severity end_severity(const Session& session) {
    if (session.error) return Severity::error;
    const bool quiet = session.reason == EndReason::operator_ || session.reason == EndReason::guest;
    return quiet ? Severity::info : Severity::warning;
}

}  // namespace

std::string first_picture_in_words(const Session& session) {
    auto text = fmt::format("{} ms after the request", session.first_picture_ms.value_or(0));
    if (session.consent_ms) text += fmt::format(", {} ms of them until the guest agreed", *session.consent_ms);
    return text;
}

std::string others_in_words(const Session& session) {
    std::string words;
    for (const auto& viewer : session.viewers) {
        if (viewer.leg == session.leg) continue;
        words += (words.empty() ? "" : ", ") + viewer.operator_name;
        if (viewer.mode == control::Mode::view) words += " (view only)";
    }
    return words;
}

void ConsoleModel::log_pause(const Session& session, control::Party before) {
    const auto& guest = session.guest_name;
    switch (session.paused_by) {
        case control::Party::nobody:
            return write(Severity::info, fmt::format("The session with {} is recorded again", guest));
        case control::Party::operator_:
            return write(Severity::info, fmt::format("The recording of the session with {} is paused", guest));
        case control::Party::guest:
            return write(Severity::info, fmt::format("{} has paused the recording{}", guest,
                                                     before == control::Party::operator_ ? ", too" : ""));
    }
}

void ConsoleModel::log_step(const Session& session) {
    const auto& guest = session.guest_name;
    switch (session.state) {
        case SessionState::requested:
            if (session.joined) return write(Severity::info, fmt::format("Joining the session with {}", guest));
            return write(Severity::info, fmt::format("Asking for {} of {}",
                                                     session.mode == control::Mode::control ? "control" : "a view", guest));
        case SessionState::asked: return write(Severity::info, fmt::format("{} is asked for consent", guest));
        case SessionState::granted: return write(Severity::info, fmt::format("{} agreed", guest));
        case SessionState::streaming:
            return write(Severity::info, fmt::format("Session with {} {}{}", guest, session.was_seen() ? "goes on" : "is under way",
                                                     session.recorded ? ", recorded" : ", not recorded"));
        case SessionState::paused:
            if (session.away == control::Party::guest)
                return write(Severity::warning, fmt::format("{} is not connected; the session waits for it", guest));
            return write(Severity::warning, fmt::format("Session with {} is interrupted; waiting for it to come back", guest));
        case SessionState::ended: return write(end_severity(session), end_in_words(session));
    }
}

void ConsoleModel::log_policy() {
    write(Severity::info, policy_.recording
                              ? fmt::format("Sessions are recorded; movies are kept {} days", policy_.retention_days)
                              : std::string("Sessions are not recorded"));
    write(Severity::info, fmt::format("Guests have {} s to agree; a ticket is good for {} minutes",
                                      policy_.consent_timeout_ms / 1'000, policy_.ticket_minutes));
    write(Severity::info, policy_.clipboard ? "Clipboard: allowed" : "Clipboard: not allowed");
}

bool ConsoleModel::may(const char* doing) {
    if (logged_in()) return true;
    if (reconnecting()) return refuse(doing, {control::Code::offline, "The connection to the hub is lost.", "Wait until it is back."}), false;
    refuse(doing, {control::Code::unauthorized, "You are not logged in.", "Log in first."});
    return false;
}

void ConsoleModel::refuse(const char* doing, control::Error why) { write_error(fmt::format("Cannot {}", doing), why); }

void ConsoleModel::write_error(const std::string& before, const control::Error& why) {
    write(Severity::error, fmt::format("{}: {}", before, in_words(why)));
}

void ConsoleModel::write(Severity severity, std::string text) {
    log_.push_back({clock_.unix_now(), severity, std::move(text)});
    if (log_.size() > most_log_lines) log_.pop_front();
    const auto line = log_.back();
    tell(&ConsoleListener::logged, line);
}

}  // namespace pronto::viewer
