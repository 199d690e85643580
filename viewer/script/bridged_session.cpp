#include "viewer/script/bridged_session.hpp"

#include <algorithm>
#include <utility>

namespace pronto::viewer {

namespace {

using control::Code;
using control::Error;
using Screen = Session::Screen;

/// The hub answers an end at once.
constexpr Millis longest_end{10'000};

/// The hub notices a loss later than we do: its grace begins later, too.
constexpr Millis later_at_the_hub{15'000};

Error told_to_stop() {
    return {Code::conflict, "The program was told to stop.", {}};
}

}  // namespace

BridgedSession::BridgedSession(BridgeOrder order, ConsoleModel& model, const Clock& clock, Events events)
    : order_(std::move(order)), model_(model), clock_(clock), events_(std::move(events)) {}

void BridgedSession::start() {
    const auto& account = order_.account;
    model_.log_in(account.hub, account.trust, account.user, account.password);
}

void BridgedSession::advance() {
    while (!done() && step_forward()) {
    }
}

void BridgedSession::interrupt() {
    if (phase_ == Phase::telling) return void(finish(problem_));
    if (done() || interrupted_) return;
    interrupted_ = true;
    if (number_ == 0) {
        finish(told_to_stop());
    } else if (session().live()) {
        const bool offered = phase_ == Phase::awaiting_viewer || phase_ == Phase::awaiting_end;
        end(offered ? std::nullopt : std::optional(told_to_stop()));
    }
}

bool BridgedSession::step_forward() {
    switch (phase_) {
        case Phase::logging_in:
            return await_log_in();
        case Phase::awaiting_guest:
            return await_guest();
        case Phase::awaiting_offer:
            return await_offer();
        case Phase::awaiting_viewer:
            return await_viewer();
        case Phase::awaiting_end:
        case Phase::ending:
            return await_end();
        case Phase::telling:
            return tell_hub();
        case Phase::done:
            break;
    }
    return false;
}

bool BridgedSession::go(Phase phase, SteadyTime wake_at) {
    phase_ = phase;
    wake_at_ = wake_at;
    return true;
}

bool BridgedSession::await_log_in() {
    if (const auto problem = log_in_problem(model_.connection())) return finish(problem);
    if (!model_.logged_in()) return false;
    return go(Phase::awaiting_guest, clock_.now() + order_.wait_for_guest);
}

bool BridgedSession::await_guest() {
    if (const auto problem = log_in_problem(model_.connection())) return finish(problem);
    const auto* guest = wanted_guest(model_, order_.guest);
    if (!guest && clock_.now() < wake_at_) return false;
    if (!guest) return finish(nobody_came(order_.guest));
    const SessionWish wish{order_.mode, SeenIn::other_viewer, order_.host_password};
    const auto number =
        guest->session.empty() ? model_.request_session(guest->peer, wish) : model_.join_session(guest->peer, wish);
    if (!number) return finish(Error{Code::conflict, model_.log().back().text, {}});
    number_ = *number;
    return go(Phase::awaiting_offer);
}

bool BridgedSession::await_offer() {
    if (!session().live()) return session_over();
    if (session().screen != Screen::offered) return false;
    go(Phase::awaiting_viewer);
    Error problem;
    const Session offered = session();
    if (!events_.offered(offered, problem)) end(problem);
    return true;
}

bool BridgedSession::await_viewer() {
    if (!session().live()) return session_over();
    if (session().screen != Screen::showing) return false;
    const Session taken = session();
    events_.taken(taken);
    return go(Phase::awaiting_end);
}

bool BridgedSession::await_end() {
    if (!session().live()) return session_over();
    if (clock_.now() < wake_at_) return false;
    return finish(Error{Code::conflict, "The hub did not end the session.", {}});
}

void BridgedSession::end(std::optional<Error> why) {
    problem_ = std::move(why);
    go(Phase::ending, clock_.now() + longest_end);
    model_.end_session(number_);
}

bool BridgedSession::session_over() {
    if (phase_ == Phase::ending) return over(problem_);
    const bool orderly =
        session().reason == control::EndReason::operator_ || session().reason == control::EndReason::guest;
    if (session().was_seen() && orderly && !session().error) return over(std::nullopt);
    return over(end_as_error(session()));
}

bool BridgedSession::over(std::optional<Error> why) {
    if (interrupted_ || !model_.reconnecting() || !model_.has_ends_to_tell()) return finish(std::move(why));
    problem_ = std::move(why);  // the guest would be kept waiting for us
    return go(Phase::telling, clock_.now() + model_.grace() + later_at_the_hub);
}

bool BridgedSession::tell_hub() {
    if (!model_.has_ends_to_tell() || clock_.now() >= wake_at_) return finish(problem_);
    // It says at once after its welcome which sessions go on.
    if (model_.logged_in() && !std::exchange(hub_is_back_, true)) wake_at_ = std::min(wake_at_, clock_.now() + longest_end);
    return false;
}

bool BridgedSession::finish(std::optional<Error> why) {
    outcome_.error = std::move(why);
    outcome_.ok = !outcome_.error;
    model_.log_out();
    if (number_ != 0) outcome_.session = session();
    return go(Phase::done);
}

}  // namespace pronto::viewer
