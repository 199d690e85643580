// The part of the console's model that is about a connection that was lost and comes back by itself.
#include <utility>

#include <fmt/format.h>

#include "viewer/model/console_model.hpp"
#include "viewer/model/error_text.hpp"

namespace pronto::viewer {

using control::EndReason;
using control::SessionState;
using Severity = LogLine::Severity;
using State = Connection::State;

namespace {

/// The hub says at once after its welcome which sessions go on.
constexpr Millis longest_silence{10'000};
/// The hub notices a loss later than we do: its grace begins later, too.
constexpr UnixMillis later_at_the_hub_ms = 15'000;

control::SessionEnded ending(EndReason reason) {
    control::SessionEnded how;
    how.reason = reason;
    return how;
}

/// The hub was there a while ago: whoever shows another key now is not to be trusted, whatever the link advises.
control::Error not_the_hub(const tunnel::LinkFailure& failure) {
    auto error = failure.error;
    if (!failure.intercepted)
        error.remedy = "Nothing was sent to whoever answers there. Does this network want a log-in of its own, in a browser?";
    return error;
}

bool was_granted(const Session& session) {
    return session.state == SessionState::granted || session.state == SessionState::streaming ||
           session.state == SessionState::paused;
}

control::Error why_it_cannot_wait(const Session& session, Millis grace) {
    if (was_granted(session) && grace.count() == 0)
        return {control::Code::offline, "The connection to the hub was lost.", {}};
    if (session.seen_in == SeenIn::other_viewer)
        return {control::Code::offline,
                "The connection to the hub was lost, and another VNC viewer cannot follow the new one.",
                "Open the session again when it is back."};
    return {control::Code::offline,
            fmt::format("The connection to the hub was lost before {} had agreed.", session.guest_name),
            "Ask again when it is back."};
}

}  // namespace

void ConsoleModel::link_interrupted(const tunnel::LinkFailure& failure, Millis again_in) {
    const bool first = logged_in();
    if (!first && !reconnecting()) return;
    if (first) told_.clear();
    const auto error = why_away(failure, first);
    connection_.next_try = clock_.now() + again_in;
    connection_.proxy = failure.kind == tunnel::LinkFailure::Kind::proxy_password ? failure.proxy : "";
    const bool untrusted = connection_.trouble == tunnel::LinkFailure::Kind::untrusted;
    if (is_news(error))
        write(Severity::warning, fmt::format("{}: {}", first ? "Connection lost" : "Still no connection",
                                             untrusted ? in_words(error) : error.message));
    set_connection(State::reconnecting, error);
    if (!first || !reconnecting()) return;  // a listener may have logged out
    refuse_what_was_asked(error);
    keep_sessions_waiting();
}

control::Error ConsoleModel::why_away(const tunnel::LinkFailure& failure, bool first) {
    using Kind = tunnel::LinkFailure::Kind;
    const auto said = std::exchange(goodbye_, std::nullopt);
    const bool restarts = !first && connection_.error && connection_.error->code == control::Code::stopping;
    // Until it is back, that it restarts says more than that nobody answers.
    if (!said && restarts && failure.kind != Kind::untrusted) return *connection_.error;
    connection_.trouble = failure.kind;
    if (said) return said->code == control::Code::stopping ? control::Error{said->code, "The hub restarts.", {}} : *said;
    return failure.kind == Kind::untrusted ? not_the_hub(failure) : failure.error;
}

bool ConsoleModel::is_news(const control::Error& error) {
    return told_.insert({connection_.trouble, error.code}).second;
}

void ConsoleModel::refuse_what_was_asked(const control::Error& why) {
    const auto unanswered = std::exchange(asked_, {});
    for (const auto& [id, asked] : unanswered) {
        if (asked.what == Asked::What::ticket) tell(&ConsoleListener::ticket_refused, why);
        if (asked.what == Asked::What::pass) tell(&ConsoleListener::pass_refused, asked.peer, why);
        if (asked.what == Asked::What::pause) write_error("The recording goes on as before", why);
    }
}

void ConsoleModel::keep_sessions_waiting() {
    std::vector<SessionNumber> live;
    for (const auto& [number, session] : sessions_)
        if (session.live()) live.push_back(number);
    for (const auto number : live) {
        const auto found = sessions_.find(number);
        if (found == sessions_.end() || !found->second.live()) continue;
        Session& session = found->second;
        const bool waits =
            was_granted(session) && grace_.count() > 0 && session.seen_in == SeenIn::window && !session.ending;
        if (waits) {
            keep_waiting(session);
            continue;
        }
        if (!session.id.empty()) given_up_.insert(session.id);
        session.ending ? end(number, ending(EndReason::operator_), std::nullopt)
                       : end(number, ending(EndReason::drop), why_it_cannot_wait(session, grace_));
    }
}

void ConsoleModel::keep_waiting(Session& session) {
    const auto number = session.number;
    session.state = SessionState::paused;
    session.away = control::Party::operator_;
    session.unconfirmed = true;
    session.screen = Session::Screen::closed;
    session.showing_since.reset();
    session.screens_in_vain = 0;  // that was the network
    if (!session.resumes_until) session.resumes_until = clock_.unix_now() + grace_.count();
    log_step(session);
    tell_session(number);
    screens_.close(number);  // after the listeners: windows keep its last picture
}

void ConsoleModel::welcome_back(const control::Welcome& welcome) {
    silent_until_ = clock_.now() + longest_silence;
    connection_.proxy.clear();
    write(Severity::info, fmt::format("Connected again as {} at {}", welcome.name, tunnel::to_text(connection_.hub)));
    tell(&ConsoleListener::policy_changed);
    set_connection(State::logged_in);
    std::vector<Report> unsaved;
    for (const auto& [assistance, report] : reports_)
        if (report.state == Report::State::saving) unsaved.push_back(report);
    for (const auto& report : unsaved)
        if (logged_in()) send_report(report);
}

void ConsoleModel::retry_now() {
    if (!reconnecting()) return;
    connection_.next_try = clock_.now();
    link_.retry_now();
    tell(&ConsoleListener::connection_changed);
}

bool ConsoleModel::counts_seconds() const {
    return reconnecting() || std::any_of(sessions_.begin(), sessions_.end(), [](const auto& entry) {
               return entry.second.unconfirmed || entry.second.resumes_until.has_value();
           });
}

void ConsoleModel::look_at_the_clock() {
    std::vector<std::pair<SessionNumber, control::Error>> over;
    for (const auto& [number, session] : sessions_) {
        if (!session.unconfirmed) continue;
        const bool too_late = session.resumes_until && clock_.unix_now() > *session.resumes_until + later_at_the_hub_ms;
        if (logged_in() && clock_.now() >= silent_until_)
            over.push_back({number, {control::Code::not_found, "The hub does not know this session any more.", {}}});
        else if (reconnecting() && too_late)
            over.push_back(
                {number, {control::Code::offline, "The connection to the hub did not come back in time.", {}}});
    }
    for (const auto& [number, why] : over) {
        if (const auto* session = find_session(number)) given_up_.insert(session->id);
        end(number, ending(EndReason::drop), why);
    }
}

}  // namespace pronto::viewer
