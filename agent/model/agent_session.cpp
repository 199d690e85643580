// AgentModel's side of one session: the question, the clipboard, the end.
#include <fmt/format.h>
#include <algorithm>

#include "agent/model/agent_model.hpp"
#include "agent/model/time_to_answer.hpp"
#include "rfb-ext/control/codec.hpp"

namespace pronto::agent {
namespace {

constexpr Millis hint_time{10'000};

std::string words_for(control::EndReason reason, const std::string& operator_name) {
    switch (reason) {
        case control::EndReason::operator_:
            return operator_name + " has ended the session.";
        case control::EndReason::guest:
            return "You have ended the session.";
        case control::EndReason::drop:
            return "The connection with " + operator_name + " was lost.";
        case control::EndReason::refused:
            return "You have refused. Nothing was shared.";
        case control::EndReason::timed_out:
            return "The question was not answered in time. Nothing was shared.";
        case control::EndReason::hub_stopped:
            return "The hub was stopped; the session is over.";
        case control::EndReason::interrupted:
            return "The session was interrupted.";
    }
    return {};
}

bool is_problem(control::EndReason reason) {
    return reason == control::EndReason::drop || reason == control::EndReason::hub_stopped ||
           reason == control::EndReason::interrupted;
}

}  // namespace

void AgentModel::hear(const control::SessionAsk& ask) {
    if (ask.leg > 1) return hear_join(ask);
    if (state_.phase != Phase::waiting) {
        // One at a time; the hub should not have asked.
        if (ask.session != session_) send(control::SessionAnswer{ask.session, false});
        return;
    }
    session_ = ask.session;
    state_.phase = Phase::asked;
    state_.notice.reset();
    state_.operator_name = ask.operator_name;
    state_.mode = ask.mode;
    state_.recorded = ask.recorded;
    state_.retention_days = ask.retention_days;
    state_.paused_by = control::Party::nobody;
    state_.may_pause = ask.recorded && guests_may_pause_;
    state_.deadline = parts_.clock->now() + time_to_answer(ask);
    notify();
}

void AgentModel::hear(const control::SessionStatus& status) {
    if (status.session != session_ || !in_session()) return;
    unheard_.reset();
    hear_viewers(status);
    // Who is recorded is told so, whatever the question said.
    state_.recorded = state_.recorded || status.recorded;
    state_.paused_by = status.paused_by;
    hear_hold(status);
    notify();
}

void AgentModel::pause_recording(bool paused) {
    if (state_.phase == Phase::shared && state_.may_pause) send(control::RecordingPause{session_, paused});
}

void AgentModel::give_up(const std::string& session, const Notice& notice) {
    if (session != session_ || !(in_session() || state_.phase == Phase::asked)) return;
    leave_session(notice.message);
    close_session(control::EndReason::drop, notice.message, 0);
    state_.notice = notice;
    notify();
}

void AgentModel::screen_gone(const std::string& why) {
    if (state_.phase == Phase::idle) return;
    const Notice notice{true, "This computer's screen cannot be shared any more: " + why + ".",
                        "When it is back, ask your technician for a new ticket."};
    give_up(session_, notice);
    forget_place();
    go_idle();
    state_.notice = notice;
    notify();
}

void AgentModel::hear(const control::SessionEnded& ended) {
    if (ended.session != session_ || session_.empty()) return;
    over(ended.reason, ended.message, ended.duration_ms);
}

void AgentModel::hear(const control::Clipboard& clipboard) {
    const bool controlled = std::any_of(state_.viewers.begin(), state_.viewers.end(),
                                        [](const auto& each) { return each.mode == control::Mode::control; });
    if (clipboard.session == session_ && state_.phase == Phase::shared && controlled)
        screen_->set_clipboard(clipboard.text);
}

void AgentModel::copied(std::string text) {
    if (state_.phase != Phase::shared || state_.hold || state_.mode != control::Mode::control) return;
    control::Envelope envelope{control::Clipboard{session_, std::move(text)}, UINT64_MAX, std::nullopt};
    if (!control::fits(envelope)) return copied_too_much();
    send(std::move(envelope.message));
}

void AgentModel::copied_too_much() {
    if (state_.phase != Phase::shared || state_.mode != control::Mode::control) return;
    hint("The text you copied is too long to share (limit 48 kB).");
}

void AgentModel::hint(std::string text) {
    state_.hint = std::move(text);
    hint_until_ = parts_.clock->now() + hint_time;
    notify();
}

/// The session's end, however it came; online goes on.
void AgentModel::over(control::EndReason reason, const std::string& message, std::int64_t duration_ms) {
    close_session(reason, message, duration_ms);
    notify();
}

void AgentModel::close_session(control::EndReason reason, const std::string& message, std::int64_t duration_ms) {
    screen_->stop();
    state_.hint.clear();
    state_.hold.reset();
    unheard_.reset();
    newest_.clear();
    session_.clear();
    consents_ = {};
    joins_.clear();
    unclaimed_.clear();
    show_viewers();
    const auto text = message.empty() ? words_for(reason, state_.operator_name) : message;
    state_.last = EndedSession{state_.operator_name, reason, text, duration_ms};
    ++state_.sessions_ended;
    state_.phase = Phase::waiting;
    state_.notice = Notice{is_problem(reason), text, {}};
}

/// The message only goes into the link's queue, so the screen is cut in the same breath; cut before it, the hub would
/// see the stream break and write down a lost connection.
void AgentModel::leave_session(const std::string& why) {
    send(control::SessionEnd{session_, why});
    screen_->stop();
}

}  // namespace pronto::agent
