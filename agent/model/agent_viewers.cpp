// AgentModel's side of who sees the session's screen: streams, and those who join.
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "agent/model/agent_model.hpp"
#include "agent/model/time_to_answer.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::agent {
namespace {

/// A hub could ask without end; nobody reads more questions.
constexpr std::size_t most_at_once = 16;

}  // namespace

void AgentModel::hear_join(const control::SessionAsk& ask) {
    std::erase_if(joins_, [&](const JoinQuestion& each) { return each.leg == ask.leg; });
    if (!in_session() || ask.session != session_ || joins_.size() >= most_at_once)
        return send(control::SessionAnswer{ask.session, false, ask.leg});
    joins_.push_back({ask.leg, ask.operator_name, ask.mode, parts_.clock->now() + time_to_answer(ask)});
    show_viewers();
    notify();
}

void AgentModel::answer_join(int leg, bool granted) {
    if (!state_.joining || state_.joining->leg != leg) return;
    const auto question = *state_.joining;
    joins_.erase(joins_.begin());
    if (granted) consents_.agree(leg, question.operator_name, question.mode);
    send(control::SessionAnswer{session_, granted, leg});
    show_viewers();
    notify();
}

/// As with the session's own question, it is the hub's clock that tells the operator.
void AgentModel::end_late_joins() {
    const auto now = parts_.clock->now();
    if (std::erase_if(joins_, [now](const JoinQuestion& each) { return each.deadline <= now; }) == 0) return;
    show_viewers();
    notify();
}

void AgentModel::hear_viewers(const control::SessionStatus& status) {
    consents_.limit(1, status.mode);
    // A question comes before any state that names its leg: one whose leg is not named is over.
    std::erase_if(joins_, [&status](const JoinQuestion& each) {
        return !has_leg(status.asking, each.leg) && !has_leg(status.viewers, each.leg);
    });
    for (const int leg : consents_.hear(status.viewers, status.asking)) {
        unclaimed_.erase(leg);
        screen_->stop(leg);
    }
    for (const auto& viewer : consents_.viewers())
        if (const auto stream = unclaimed_.extract(viewer.leg)) open(viewer.leg, stream.mapped());
    show_viewers();
}

void AgentModel::show_viewers() {
    state_.viewers = consents_.viewers();
    state_.mode = consents_.mode_of(1).value_or(state_.mode);
    state_.joining.reset();
    if (!joins_.empty()) state_.joining = joins_.front();
}

void AgentModel::hear(const control::SessionStream& stream) {
    const auto leg = leg_of(stream.stream);
    if (stream.session != session_ || !in_session() || !leg) return;
    unheard_.reset();
    if (consents_.mode_of(*leg)) return open(*leg, stream);
    // An operator who was let in before is not asked about again: the hub says that it is one.
    log::info("stream {}: nobody has said yet whose it is", stream.stream);
    if (unclaimed_.size() < most_at_once) unclaimed_[*leg] = stream;
}

void AgentModel::open(int leg, const control::SessionStream& stream) {
    newest_[leg] = stream.stream;
    link_->open_stream(
        stream,
        [this, session = session_, leg, name = stream.stream](int fd) {
            if (is_newest(session, leg, name)) return share(leg, fd);
            ::close(fd);  // ended while the stream was on its way, or another came after it
        },
        [this, session = session_, leg, name = stream.stream](const tunnel::LinkFailure& failure) {
            if (is_newest(session, leg, name)) lose_stream(session, leg, failure);
        });
}

bool AgentModel::is_newest(const std::string& session, int leg, const std::string& stream) const {
    const auto found = newest_.find(leg);
    return session == session_ && in_session() && found != newest_.end() && found->second == stream;
}

void AgentModel::share(int leg, int fd) {
    const auto mode = consents_.mode_of(leg);
    if (!mode) {
        ::close(fd);
        return;
    }
    try {
        screen_->start(leg, fd, *mode);
    } catch (const std::exception& problem) {
        return lose_leg(session_, leg, {true, std::string("The screen cannot be shared: ") + problem.what(), {}});
    }
    if (leg != 1) return notify();
    if (state_.phase != Phase::shared) state_.since = parts_.clock->unix_now();
    state_.phase = Phase::shared;
    state_.hold.reset();
    notify();
}

/// A network that fails is no end: the hub waits, and offers the stream anew.
void AgentModel::lose_stream(const std::string& session, int leg, const tunnel::LinkFailure& failure) {
    if (leg == 1 && (state_.hold || can_wait(failure))) {
        log::info("the screen's stream could not be opened: {}", failure.error.message);
        if (!state_.hold) hold(control::Party::nobody, grace_);
        return notify();
    }
    lose_leg(session, leg, {true, failure.error.message, failure.error.remedy});
}

/// The session goes on without one who joined, and ends with the one it began with.
void AgentModel::lose_leg(const std::string& session, int leg, const Notice& notice) {
    if (leg == 1) return give_up(session, notice);
    if (session != session_ || !in_session()) return;
    screen_->stop(leg);
    for (const auto& viewer : state_.viewers)
        if (viewer.leg == leg)
            hint(sentences({viewer.operator_name + " cannot see the screen", notice.message, notice.remedy}));
}

}  // namespace pronto::agent
