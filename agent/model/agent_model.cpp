#include "agent/model/agent_model.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <stdexcept>

#include "rfb-ext/base/computer.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/version.hpp"
#include "rfb-ext/base/words.hpp"
#include "rfb-ext/control/ticket.hpp"

namespace pronto::agent {
namespace {

// A hub may ask for any time; a question nobody can read, or that stands for ever, is none.
constexpr std::int64_t shortest_question_ms = 1'000, longest_question_ms = 10 * 60'000;

control::Hello this_computer(const std::string& ticket) {
    control::Hello hello;
    hello.role = control::Role::guest;
    hello.software = std::string("pronto-agent ") + version;
    hello.host_name = host_name();
    hello.user = user_name();
    hello.system = system_name();
    hello.ticket = ticket;
    return hello;
}

std::string words_for(control::EndReason reason, const std::string& operator_name) {
    switch (reason) {
        case control::EndReason::operator_: return operator_name + " has ended the session.";
        case control::EndReason::guest: return "You have ended the session.";
        case control::EndReason::drop: return "The connection with " + operator_name + " was lost.";
        case control::EndReason::refused: return "You have refused. Nothing was shared.";
        case control::EndReason::timed_out: return "The question was not answered in time. Nothing was shared.";
        case control::EndReason::hub_stopped: return "The server was shut down; the session is over.";
        case control::EndReason::interrupted: return "The session was interrupted.";
    }
    return {};
}

bool is_problem(control::EndReason reason) {
    return reason == control::EndReason::drop || reason == control::EndReason::hub_stopped || reason == control::EndReason::interrupted;
}

}  // namespace

std::string_view name(Phase phase) {
    switch (phase) {
        case Phase::idle: return "idle";
        case Phase::connecting: return "connecting";
        case Phase::untrusted: return "untrusted";
        case Phase::waiting: return "waiting";
        case Phase::asked: return "asked";
        case Phase::starting: return "starting";
        case Phase::shared: return "shared";
    }
    return {};
}

AgentModel::AgentModel(Parts parts, std::function<void(const AgentState&)> changed)
    : parts_(std::move(parts)), changed_(std::move(changed)) {
    assert(parts_.clock && parts_.dial && parts_.make_screen);
    screen_ = parts_.make_screen({[this](std::string text) { copied(std::move(text)); },
                                  [this](const std::string& why) {
                                      if (in_session()) give_up(session_, {true, "The screen cannot be shared any more: " + why + ".", {}});
                                  }});
}

AgentModel::~AgentModel() {
    changed_ = nullptr;
    disconnect();
}

void AgentModel::connect(const tunnel::HubAddress& hub, const tunnel::Trust& trust, const std::string& ticket) {
    disconnect();
    state_.notice.reset();
    state_.hub = hub;
    const auto parsed = control::parse_ticket(ticket);
    if (!parsed) {
        state_.notice = Notice{true, "That is not a ticket.", "A ticket looks like 1-E75B1: ask your technician for it."};
        return notify();
    }
    ticket_ = control::to_text(*parsed);
    trust_ = trust;
    try {
        if (trust_.pins.empty() && parts_.known_hubs) trust_.pins = parts_.known_hubs->pins_of(hub);
        dial();
    } catch (const std::exception& problem) {
        go_idle();
        state_.notice = Notice{true, problem.what(), {}};
    }
    notify();
}

void AgentModel::dial() {
    state_.phase = Phase::connecting;
    state_.untrusted.reset();
    link_ = parts_.dial(state_.hub, trust_, this_computer(ticket_),
                        {[this](const control::Welcome& welcome) { opened(welcome); },
                         [this](const control::Envelope& envelope) { hear(envelope); },
                         [this](const tunnel::LinkFailure& failure) { failed(failure); }});
}

void AgentModel::trust_and_remember() {
    if (state_.phase != Phase::untrusted || state_.untrusted->mismatch) return;
    trust_.pins = {presented_};
    try {
        if (parts_.known_hubs) parts_.known_hubs->remember(state_.hub, presented_);
    } catch (const std::exception& problem) {
        log::warning("the hub's key could not be remembered: {}", problem.what());
    }
    dial();
    notify();
}

void AgentModel::answer(bool granted) {
    if (state_.phase != Phase::asked) return;
    send(control::SessionAnswer{session_, granted});
    if (granted) {
        state_.phase = Phase::starting;
        return notify();
    }
    over(control::EndReason::refused, {}, 0);
}

void AgentModel::end() {
    if (state_.phase == Phase::asked) return answer(false);
    if (!in_session()) return;
    const auto lasted = state_.phase == Phase::shared ? parts_.clock->unix_now() - state_.since : 0;
    leave_session();
    over(control::EndReason::guest, {}, lasted);
}

void AgentModel::disconnect() {
    end();
    if (state_.phase == Phase::idle) return;
    go_idle();
    notify();
}

void AgentModel::go_idle() {
    screen_->stop();
    link_.reset();
    session_.clear();
    state_.phase = Phase::idle;
    state_.name.clear();
    state_.untrusted.reset();
}

std::optional<SteadyTime> AgentModel::next_deadline() const {
    if (state_.phase != Phase::asked) return std::nullopt;
    return state_.deadline;
}

void AgentModel::tick() {
    if (state_.phase != Phase::asked || parts_.clock->now() < state_.deadline) return;
    send(control::SessionAnswer{session_, false});
    over(control::EndReason::timed_out, {}, 0);
}

void AgentModel::opened(const control::Welcome& welcome) {
    state_.phase = Phase::waiting;
    state_.name = welcome.name;
    state_.notice.reset();
    notify();
}

void AgentModel::failed(const tunnel::LinkFailure& failure) {
    screen_->stop();
    const bool broken = in_session() || state_.phase == Phase::asked;
    if (broken) over(control::EndReason::drop, {}, 0);
    go_idle();
    if (failure.kind == tunnel::LinkFailure::Kind::untrusted && failure.presented) return distrust(failure);
    state_.notice = Notice{true, failure.error.message, failure.error.remedy};
    notify();
}

void AgentModel::distrust(const tunnel::LinkFailure& failure) {
    presented_ = *failure.presented;
    state_.phase = Phase::untrusted;
    state_.untrusted = UntrustedHub{tunnel::to_text(presented_), in_words(presented_), failure.pinned};
    if (failure.pinned)
        state_.notice = Notice{true, fmt::format("{} is not the server it should be: it showed another key than the one expected.", tunnel::to_text(state_.hub)),
                               parts_.known_hubs ? fmt::format("Somebody may be listening in. Ask your technician. If the server's key was really changed, "
                                                               "give the new one with --hub-pin, or remove its line from {}.", parts_.known_hubs->file().string())
                                                 : "Somebody may be listening in. Ask your technician."};
    notify();
}

void AgentModel::hear(const control::Envelope& envelope) {
    std::visit([this](const auto& message) { hear(message); }, envelope.message);
}

void AgentModel::hear(const control::SessionAsk& ask) {
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
    state_.deadline = parts_.clock->now() + Millis(std::clamp(ask.timeout_ms, shortest_question_ms, longest_question_ms));
    notify();
}

void AgentModel::hear(const control::SessionStatus& status) {
    if (status.session != session_ || !in_session()) return;
    // What was agreed to holds: a look does not turn into control. But who is recorded is told so.
    if (status.mode == control::Mode::view) state_.mode = control::Mode::view;
    state_.recorded = state_.recorded || status.recorded;
    notify();
}

void AgentModel::hear(const control::SessionStream& stream) {
    if (stream.session != session_ || !in_session() || !stream.stream.starts_with("screen.")) return;
    link_->open_stream(
        stream, [this, session = session_](int fd) { share(session, fd); },
        [this, session = session_](const tunnel::LinkFailure& failure) {
            give_up(session, {true, failure.error.message, failure.error.remedy});
        });
}

void AgentModel::share(const std::string& session, int fd) {
    if (session != session_ || !in_session()) {  // ended while the stream was on its way
        ::close(fd);
        return;
    }
    try {
        screen_->start(fd, state_.mode);
    } catch (const std::exception& problem) {
        return give_up(session, {true, std::string("The screen cannot be shared: ") + problem.what(), {}});
    }
    if (state_.phase != Phase::shared) state_.since = parts_.clock->unix_now();
    state_.phase = Phase::shared;
    notify();
}

void AgentModel::give_up(const std::string& session, const Notice& notice) {
    if (session != session_ || !in_session()) return;
    leave_session();
    over(control::EndReason::drop, notice.message, 0);
    state_.notice = notice;
    notify();
}

void AgentModel::hear(const control::SessionEnded& ended) {
    if (ended.session != session_ || session_.empty()) return;
    over(ended.reason, ended.message, ended.duration_ms);
}

void AgentModel::hear(const control::Clipboard& clipboard) {
    if (clipboard.session == session_ && state_.phase == Phase::shared && state_.mode == control::Mode::control)
        screen_->set_clipboard(clipboard.text);
}

void AgentModel::copied(std::string text) {
    if (state_.phase != Phase::shared || state_.mode != control::Mode::control) return;
    send(control::Clipboard{session_, std::move(text)});
}

void AgentModel::hear(const control::HubStopping&) {
    state_.notice = Notice{true, "The server is being shut down.", "Connect again when your technician says so."};
    notify();
}

void AgentModel::hear(const control::Refused& refused) {
    log::info("the hub refused: {} ({})", refused.error.message, control::name(refused.error.code));
    state_.notice = Notice{true, refused.error.message, refused.error.remedy};
    notify();
}

/// The session's end, however it came; online goes on.
void AgentModel::over(control::EndReason reason, const std::string& message, std::int64_t duration_ms) {
    screen_->stop();
    session_.clear();
    const auto text = message.empty() ? words_for(reason, state_.operator_name) : message;
    state_.last = EndedSession{state_.operator_name, reason, text, duration_ms};
    ++state_.sessions_ended;
    state_.phase = Phase::waiting;
    state_.notice = Notice{is_problem(reason), text, {}};
    notify();
}

/// The message only goes into the link's queue, so the screen is cut in the same breath; cut before it, the hub would see the
/// stream break and write down a lost connection.
void AgentModel::leave_session() {
    send(control::SessionEnd{session_});
    screen_->stop();
}

bool AgentModel::in_session() const { return state_.phase == Phase::starting || state_.phase == Phase::shared; }

void AgentModel::send(control::Message message) {
    if (link_) link_->send(std::move(message));
}

void AgentModel::notify() {
    if (changed_) changed_(state_);
}

}  // namespace pronto::agent
