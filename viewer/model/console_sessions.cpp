// The part of the console's model that is about sessions and their reports.
#include <utility>

#include <fmt/format.h>

#include "rfb-ext/control/codec.hpp"
#include "viewer/model/console_model.hpp"

namespace pronto::viewer {

using control::EndReason;
using control::SessionState;
using Severity = LogLine::Severity;

namespace {

constexpr std::size_t longest_report_text = 4'000;
constexpr std::size_t longest_category = 100;

}  // namespace

Session* ConsoleModel::session_of(const std::string& id) {
    for (auto& [number, session] : sessions_)
        if (session.id == id && session.live()) return &session;
    return nullptr;
}

void ConsoleModel::tell_session(SessionNumber number) {
    const auto* session = find_session(number);
    if (!session) return;
    const auto copy = *session;  // a listener may forget it
    tell(&ConsoleListener::session_changed, copy);
}

// ---- commands

std::optional<SessionNumber> ConsoleModel::request_session(std::uint64_t peer, control::Mode mode) {
    if (!may("ask for a session")) return std::nullopt;
    const auto* guest = find_peer(peer);
    if (!guest || guest->role == control::Role::operator_) {
        refuse("ask for a session", {control::Code::offline, "That computer is not online.", "Choose one from the list."});
        return std::nullopt;
    }
    if (live_session_with(peer)) {
        refuse("ask for a session", {control::Code::busy, fmt::format("A session with {} is under way.", guest->name), {}});
        return std::nullopt;
    }
    const auto number = ++last_number_;
    Session& session = sessions_[number];
    session.number = number;
    session.peer = peer;
    session.guest_name = guest->name;
    session.mode = mode;
    session.requested_at = clock_.now();
    asked_[link_.send(control::SessionRequest{peer, mode})] = {Asked::What::session, number, {}};
    log_step(session);
    tell_session(number);
    return number;
}

void ConsoleModel::end_session(SessionNumber number) {
    const auto found = sessions_.find(number);
    if (found == sessions_.end() || !found->second.live() || found->second.ending) return;
    Session& session = found->second;
    session.ending = true;
    if (!session.id.empty()) asked_[link_.send(control::SessionEnd{session.id})] = {Asked::What::end, number, {}};
    tell_session(number);
}

bool ConsoleModel::pause_recording(SessionNumber number, bool paused) {
    const auto* session = find_session(number);
    control::Error why{control::Code::conflict, {}, {}};
    if (!session || session->state != SessionState::streaming) why.message = "There is no session under way.";
    else if (!session->recorded) why.message = "This session is not recorded.";
    else if (!policy_.operator_may_pause) why.message = "The hub does not allow it.";
    else return asked_[link_.send(control::RecordingPause{session->id, paused})] = {Asked::What::pause, number, {}}, true;
    refuse(paused ? "pause the recording" : "go on recording", why);
    return false;
}

void ConsoleModel::forget_session(SessionNumber number) {
    const auto* session = find_session(number);
    if (session && !session->live()) sessions_.erase(number);
}

bool ConsoleModel::send_clipboard(SessionNumber number, const std::string& text) {
    const auto* session = find_session(number);
    control::Error why{control::Code::conflict, {}, {}};
    if (!session || session->state != SessionState::streaming) why.message = "There is no session under way.";
    else if (session->mode != control::Mode::control) why.message = "This session is view only.";
    else if (!policy_.clipboard) why.message = "The hub does not allow the clipboard.";
    else if (!control::fits({control::Clipboard{session->id, text}, UINT64_MAX, {}}))
        why = {control::Code::too_large, "The text is too long to share (limit 48 kB).", "Send it in parts."};
    else return link_.send(control::Clipboard{session->id, text}), true;
    refuse("send the clipboard", why);
    return false;
}

bool ConsoleModel::save_report(const control::ReportSave& report) {
    if (!may("save the report")) return false;
    if (report.problem.size() > longest_report_text || report.solution.size() > longest_report_text ||
        report.category.size() > longest_category) {
        refuse("save the report", {control::Code::too_large,
                                   "Problem and solution may have 4,000 bytes each, the category 100.", "Shorten it."});
        return false;
    }
    reports_[report.assistance] = {report, Report::State::saving, std::nullopt};
    asked_[link_.send(report)] = {Asked::What::report, 0, report.assistance};
    const auto copy = reports_[report.assistance];
    tell(&ConsoleListener::report_changed, copy);
    return true;
}

// ---- what the hub says

void ConsoleModel::on(const control::Envelope& envelope, const control::SessionStatus& message) {
    Session* session = session_of(message.session);
    if (envelope.re) {
        const auto asked = asked_.find(*envelope.re);
        if (asked != asked_.end()) {
            if (asked->second.what == Asked::What::session) session = &sessions_.at(asked->second.session);
            asked_.erase(asked);
        }
    }
    if (!session || message.state == SessionState::ended) return;  // session.ended says that, with the reason
    update(*session, message);
}

void ConsoleModel::note_consent(Session& session, SessionState next) {
    if (session.state == next) return;
    if (next == SessionState::asked) session.asked_at = clock_.now();
    const bool agreed = next == SessionState::granted || next == SessionState::streaming;
    if (session.state == SessionState::asked && agreed)
        session.consent_ms = std::chrono::duration_cast<Millis>(clock_.now() - session.asked_at).count();
}

void ConsoleModel::update(Session& session, const control::SessionStatus& status) {
    const bool first = session.id.empty();
    const bool step = session.state != status.state;
    note_consent(session, status.state);
    session.id = status.session;
    session.assistance = status.assistance;
    session.state = status.state;
    session.mode = status.mode;
    session.recorded = status.recorded;
    const auto paused_before = std::exchange(session.paused_by, status.paused_by);
    if (!status.guest_name.empty()) session.guest_name = status.guest_name;
    if (status.state != SessionState::asked) session.asked_until.reset();
    else if (step) session.asked_until = clock_.unix_now() + policy_.consent_timeout_ms;
    if (session.paused_by != paused_before) log_pause(session, paused_before);
    if (step && !(session.was_seen() && session.state == SessionState::granted)) log_step(session);
    if (first && session.ending)  // the operator changed his mind before the hub had answered
        asked_[link_.send(control::SessionEnd{session.id})] = {Asked::What::end, session.number, {}};
    tell_session(session.number);
}

void ConsoleModel::on(const control::Envelope&, const control::SessionStream& message) {
    Session* session = session_of(message.session);
    if (!session || session->ending) return;
    const auto number = session->number;
    const bool view_only = session->mode == control::Mode::view;
    session->screen = Session::Screen::connecting;
    tell_session(number);  // before: windows let go of the screen of the stream before
    if (const auto* here = find_session(number); here && here->live()) screens_.open(number, message, view_only, *this);
}

void ConsoleModel::on(const control::Envelope&, const control::SessionEnded& message) {
    if (const auto* session = session_of(message.session)) end(session->number, message, std::nullopt);
}

void ConsoleModel::end(SessionNumber number, control::SessionEnded how, const std::optional<control::Error>& error) {
    const auto found = sessions_.find(number);
    if (found == sessions_.end() || !found->second.live()) return;
    Session& session = found->second;
    session.state = SessionState::ended;
    session.screen = Session::Screen::closed;
    session.asked_until.reset();
    session.reason = how.reason;
    session.message = std::move(how.message);
    if (!how.assistance.empty()) session.assistance = how.assistance;
    if (error) session.error = error;
    session.duration_ms = how.duration_ms;
    session.bytes_to_viewer = how.bytes_to_viewer;
    session.bytes_to_host = how.bytes_to_host;
    std::erase_if(asked_, [&](const auto& asked) { return asked.second.session == number; });
    log_step(session);
    tell_session(number);
    screens_.close(number);  // after the listeners: windows let go of the screen first
}

void ConsoleModel::on(const control::Envelope&, const control::Clipboard& message) {
    const auto* session = session_of(message.session);
    if (!session || session->mode != control::Mode::control || !policy_.clipboard) return;
    const auto copy = *session;
    tell(&ConsoleListener::clipboard_received, copy, message.text);
}

void ConsoleModel::on(const control::Envelope& envelope, const control::ReportSaved& message) {
    if (envelope.re) asked_.erase(*envelope.re);
    const auto found = reports_.find(message.assistance);
    if (found == reports_.end() || found->second.state != Report::State::saving) return;
    found->second.state = Report::State::saved;
    write(Severity::info, "The report is saved");
    const auto copy = found->second;
    tell(&ConsoleListener::report_changed, copy);
}

void ConsoleModel::fail_report(const std::string& assistance, const control::Error& why) {
    const auto found = reports_.find(assistance);
    if (found == reports_.end()) return;
    found->second.state = Report::State::failed;
    found->second.error = why;
    write_error("The report is not saved", why);
    const auto copy = found->second;
    tell(&ConsoleListener::report_changed, copy);
}

// ---- what the screens say

void ConsoleModel::screen_showing(SessionNumber number, Size size, SteadyTime when) {
    const auto found = sessions_.find(number);
    if (found == sessions_.end() || !found->second.live()) return;
    Session& session = found->second;
    session.screen = Session::Screen::showing;
    session.size = size;
    if (!session.first_picture_ms) {
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

void ConsoleModel::screen_failed(SessionNumber number, const control::Error& why) {
    const auto found = sessions_.find(number);
    if (found == sessions_.end() || !found->second.live()) return;
    found->second.screen = Session::Screen::closed;
    found->second.error = why;
    write_error(fmt::format("The screen of {} cannot be shown", found->second.guest_name), why);
    end_session(number);  // the guest should not stay watched by nobody
}

void ConsoleModel::screen_closed(SessionNumber number, const std::string& why) {
    const auto found = sessions_.find(number);
    if (found == sessions_.end() || !found->second.live()) return;
    Session& session = found->second;
    session.screen = Session::Screen::closed;
    const bool expected = session.ending || session.state != SessionState::streaming;
    if (!expected) write(Severity::warning, fmt::format("The screen of {} is closed: {}", session.guest_name, why));
    tell_session(number);  // whether the session goes on is the hub's to say
}

}  // namespace pronto::viewer
