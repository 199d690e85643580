// The part of the console's model that is about sessions and their reports. What their screens say: console_screens.cpp.
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

const control::Presence* ConsoleModel::free_guest(std::uint64_t peer, const char* doing) {
    if (!may(doing)) return nullptr;
    const auto* guest = find_peer(peer);
    if (!guest || guest->role == control::Role::operator_) {
        refuse(doing, {control::Code::offline, "That computer is not online.", "Choose one from the list."});
        return nullptr;
    }
    if (!live_session_with(peer)) return guest;
    refuse(doing, {control::Code::busy, fmt::format("A session with {} is under way.", guest->name), {}});
    return nullptr;
}

Session& ConsoleModel::begin_session(const control::Presence& guest, const SessionWish& wish) {
    const auto number = ++last_number_;
    Session& session = sessions_[number];
    session.number = number;
    session.peer = guest.peer;
    session.guest_name = guest.name;
    session.kind = guest.kind;
    session.mode = wish.mode;
    session.seen_in = wish.seen_in;
    session.requested_at = clock_.now();
    return session;
}

std::optional<SessionNumber> ConsoleModel::request_session(std::uint64_t peer, const SessionWish& wish) {
    const auto* guest = free_guest(peer, "ask for a session");
    if (!guest) return std::nullopt;
    Session& session = begin_session(*guest, wish);
    const auto number = session.number;
    asked_[link_.send(control::SessionRequest{peer, wish.mode, wish.password})] = {Asked::What::session, number};
    log_step(session);
    tell_session(number);
    return number;
}

std::optional<SessionNumber> ConsoleModel::join_session(std::uint64_t peer, const SessionWish& wish) {
    const auto* guest = free_guest(peer, "join the session");
    if (!guest) return std::nullopt;
    if (guest->session.empty()) {
        refuse("join the session", {control::Code::not_found, fmt::format("{} is in no session.", guest->name), {}});
        return std::nullopt;
    }
    Session& session = begin_session(*guest, wish);
    session.joined = true;
    const auto number = session.number;
    asked_[link_.send(control::SessionJoin{guest->session, wish.mode})] = {Asked::What::session, number};
    log_step(session);
    tell_session(number);
    return number;
}

void ConsoleModel::end_session(SessionNumber number) {
    const auto found = sessions_.find(number);
    if (found == sessions_.end() || !found->second.live() || found->second.ending) return;
    Session& session = found->second;
    session.ending = true;
    if (reconnecting()) {  // nobody should have to wait for the hub's word
        given_up_.insert(session.id);
        control::SessionEnded how;
        how.reason = EndReason::operator_;
        return end(number, how, std::nullopt);
    }
    if (!session.id.empty()) ask_for_end(session);
    tell_session(number);
}

void ConsoleModel::ask_for_end(const Session& session) {
    asked_[link_.send(control::SessionEnd{session.id})] = {Asked::What::end, session.number, {}};
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

std::optional<control::Error> ConsoleModel::why_no_clipboard(const Session* session, const std::string& text) const {
    const auto conflict = [](const char* why) { return control::Error{control::Code::conflict, why, {}}; };
    if (!session || session->state != SessionState::streaming) return conflict("There is no session under way.");
    if (session->mode != control::Mode::control) return conflict("This session is view only.");
    if (!policy_.clipboard) return conflict("The hub does not allow the clipboard.");
    const bool by_rfb = session->kind == control::Kind::vnc;
    if (by_rfb && (session->screen != Session::Screen::showing || session->seen_in != SeenIn::window))
        return conflict("A VNC server gets a text only while its screen is shown in the console.");
    const bool fits = by_rfb ? text.size() <= control::longest_clipboard_bytes
                             : control::fits({control::Clipboard{session->id, text}, UINT64_MAX, {}});
    if (fits) return std::nullopt;
    return control::Error{control::Code::too_large, "The text is too long to share (limit 48 kB).", "Send it in parts."};
}

bool ConsoleModel::send_clipboard(SessionNumber number, const std::string& text) {
    const auto* session = find_session(number);
    if (const auto why = why_no_clipboard(session, text)) return refuse("send the clipboard", *why), false;
    if (session->kind == control::Kind::vnc)
        screens_.send_cut_text(number, text);
    else
        link_.send(control::Clipboard{session->id, text});
    return true;
}

bool ConsoleModel::save_report(const control::ReportSave& report) {
    if (!reconnecting() && !may("save the report")) return false;
    if (report.problem.size() > longest_report_text || report.solution.size() > longest_report_text ||
        report.category.size() > longest_category) {
        refuse("save the report", {control::Code::too_large,
                                   "Problem and solution may have 4,000 bytes each, the category 100.", "Shorten it."});
        return false;
    }
    reports_[report.assistance] = {report, Report::State::saving, std::nullopt};
    const auto copy = reports_[report.assistance];
    if (logged_in()) send_report(copy);
    else write(Severity::info, "The report is saved as soon as the hub is back");
    tell(&ConsoleListener::report_changed, copy);
    return true;
}

void ConsoleModel::send_report(const Report& report) {
    asked_[link_.send(report.content)] = {Asked::What::report, 0, report.content.assistance};
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
    if (!session && given_up_.erase(message.session) > 0) return void(link_.send(control::SessionEnd{message.session}));
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
    session.leg = status.leg;
    session.viewers = status.viewers;
    session.unconfirmed = false;
    update_pause(session, status);
    const auto paused_before = std::exchange(session.paused_by, status.paused_by);
    if (!status.guest_name.empty()) session.guest_name = status.guest_name;
    if (status.state != SessionState::asked) session.asked_until.reset();
    else if (step) session.asked_until = clock_.unix_now() + policy_.consent_timeout_ms;
    if (session.paused_by != paused_before) {
        session.screens_in_vain = 0;  // the screen comes anew with it
        log_pause(session, paused_before);
    }
    if (step && !(session.was_seen() && session.state == SessionState::granted)) log_step(session);
    if (first && session.ending) ask_for_end(session);  // the operator changed his mind before the hub had answered
    const auto number = session.number;
    const bool let_go = step && session.state == SessionState::paused && session.screen == Session::Screen::showing &&
                        session.seen_in == SeenIn::window;
    if (let_go) session.screen = Session::Screen::closed;
    tell_session(number);
    if (let_go) screens_.close(number);  // after the listeners: windows keep its last picture
}

void ConsoleModel::update_pause(Session& session, const control::SessionStatus& status) {
    session.away = status.away;
    if (session.away != control::Party::nobody) session.screens_in_vain = 0;  // that was the network
    if (status.state == SessionState::paused && status.resume_within_ms > 0)
        session.resumes_until = clock_.unix_now() + status.resume_within_ms;
    else
        session.resumes_until.reset();
}

void ConsoleModel::on(const control::Envelope&, const control::SessionStream& message) {
    Session* session = session_of(message.session);
    if (!session || session->ending) return;
    const auto number = session->number;
    const bool view_only = session->mode == control::Mode::view;
    const bool bridged = session->seen_in == SeenIn::other_viewer;
    if (bridged && session->screen != Session::Screen::none) {
        // After a pause of the recording the screen comes anew, which no other viewer could follow.
        write(Severity::warning, fmt::format("The other viewer cannot follow the new stream of {}", session->guest_name));
        return end_session(number);
    }
    note_how_long_seen(*session);
    session->screen = Session::Screen::connecting;
    tell_session(number);  // before: windows let go of the screen of the stream before
    const auto* here = find_session(number);
    if (!here || !here->live()) return;
    if (bridged) return screens_.bridge(number, message, *this);
    screens_.open(number, message, view_only, *this);
}

void ConsoleModel::on(const control::Envelope&, const control::SessionEnded& message) {
    given_up_.erase(message.session);
    if (const auto* session = session_of(message.session)) end(session->number, message, std::nullopt);
}

void ConsoleModel::end(SessionNumber number, control::SessionEnded how, const std::optional<control::Error>& error) {
    const auto found = sessions_.find(number);
    if (found == sessions_.end() || !found->second.live()) return;
    Session& session = found->second;
    session.state = SessionState::ended;
    session.screen = Session::Screen::closed;
    session.asked_until.reset();
    session.resumes_until.reset();
    session.unconfirmed = false;
    session.reason = how.reason;
    session.message = std::move(how.message);
    session.problem = error ? std::optional(error->code) : how.problem;
    session.place.reset();
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
    auto* session = session_of(message.session);
    if (!session || session->mode != control::Mode::control || !policy_.clipboard) return;
    session->copies_by_control = true;
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

}  // namespace pronto::viewer
