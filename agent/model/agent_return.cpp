// AgentModel's side of connections that are lost and come back.
#include <algorithm>

#include "agent/model/agent_model.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::agent {
namespace {

/// The hub's clock ends a session that waits; ours only if the hub does not come back to say so.
constexpr Millis after_the_hub{5'000};
/// A place that is kept says how old it is: it is good for a week after the guest was last there.
constexpr Millis between_keeps = std::chrono::hours(12);
/// Nobody is asked to trust another key in place of one that was trusted.
constexpr auto until_it_shows_its_key =
    "Nothing is told to it. If this network has a log-in page, log in there; else somebody may be listening in: tell your "
    "technician.";

}  // namespace

bool AgentModel::resume(const std::optional<tunnel::HubAddress>& only, const tunnel::Trust& trust) {
    if (state_.phase != Phase::idle || !parts_.kept) return false;
    auto place = parts_.kept->take(parts_.clock->unix_now());
    if (!place || (only && place->hub != *only)) return false;
    state_.notice.reset();
    state_.hub = place->hub;
    state_.name = place->name;
    trust_ = trust;
    if (trust_.pins.empty()) trust_.pins = place->pins;
    ticket_.clear();
    from_ = tunnel::Resume{place->token, place->key, {}};
    place_ = std::move(place);
    start_dialling();
    return true;
}

void AgentModel::retry_now() {
    if (link_ && state_.away) link_->retry_now();
}

void AgentModel::use_proxy_login(const std::string& user, Secret password) {
    parts_.network.proxy.user = user;
    parts_.network.proxy.password = std::move(password);
    const auto asking = std::exchange(state_.proxy_wants_login, std::nullopt);
    parts_.network.proxy.login_for = asking.value_or("");
    parts_.network.proxy.login_for_any = false;
    if (link_)
        link_->use_proxy(parts_.network.proxy);
    else if (asking && state_.phase == Phase::idle && (from_ || !ticket_.empty()))
        return start_dialling();
    notify();
}

void AgentModel::interrupted(const tunnel::LinkFailure& failure, Millis again_in) {
    const bool stops = std::exchange(hub_stops_, false);
    unheard_.reset();
    if (stops) state_.notice.reset();
    screen_->stop();
    joins_.clear();
    unclaimed_.clear();
    newest_.clear();
    show_viewers();
    if (state_.phase == Phase::asked)
        close_session(control::EndReason::drop, "The connection was lost before you answered. Nothing was shared.", 0);
    // A hub that waits for nobody has ended it.
    if (in_session() && grace_ <= Millis(0))
        close_session(stops ? control::EndReason::hub_stopped : control::EndReason::drop, {}, 0);
    if (in_session()) hold(control::Party::guest, grace_);
    state_.away = Away{failure.error.message, failure.error.remedy, parts_.clock->now() + again_in, failure.kind, failure.error.code};
    if (stops) {
        state_.away->message = "The hub was stopped, or is started again.";
        state_.away->code = control::Code::stopping;
    }
    if (failure.kind == tunnel::LinkFailure::Kind::untrusted && !failure.intercepted) state_.away->remedy = until_it_shows_its_key;
    state_.proxy_wants_login.reset();
    if (failure.kind == tunnel::LinkFailure::Kind::proxy_password) state_.proxy_wants_login = failure.proxy;
    notify();
}

/// The hub says what becomes of the session; until then its operator is as far away as the hub.
void AgentModel::hear_hold(const control::SessionStatus& status) {
    if (status.state != control::SessionState::paused) {
        if (status.state == control::SessionState::streaming) state_.hold.reset();
        return;
    }
    screen_->stop(1);
    newest_.erase(1);
    state_.hold.reset();  // the hub knows better until when
    hold(status.away, Millis(std::clamp<std::int64_t>(status.resume_within_ms, 0, 24 * 3'600'000)));
}

void AgentModel::hold(control::Party awaited, Millis longest) {
    const auto until = state_.hold ? state_.hold->until : parts_.clock->now() + longest + after_the_hub;
    state_.hold = Hold{awaited, until};
}

/// Nothing stays shared for days because a hub did not come back.
void AgentModel::end_late_hold() {
    const auto now = parts_.clock->now();
    if (state_.hold && now >= state_.hold->until)
        give_up_hold("The connection did not come back in time. The session is over.");
    else if (state_.hold && unheard_ && now >= *unheard_)
        give_up_hold("The connection is back, and the hub knows nothing of the session any more. It is over.");
}

void AgentModel::give_up_hold(const std::string& why) {
    leave_session();
    over(control::EndReason::drop, why, 0);
}

bool AgentModel::can_wait(const tunnel::LinkFailure& failure) const {
    using Kind = tunnel::LinkFailure::Kind;
    return grace_ > Millis(0) &&
           (failure.kind == Kind::lost || failure.kind == Kind::unreachable || failure.kind == Kind::proxy ||
            failure.kind == Kind::untrusted);
}

void AgentModel::resumable(const tunnel::Resume& resume) {
    place_ = Place{state_.hub, trust_.pins, state_.name, resume.token, resume.key};
    keep_place();
}

void AgentModel::keep_place() {
    if (!parts_.kept || !place_ || !keeps_) return;
    parts_.kept->keep(*place_, parts_.clock->unix_now());
    keep_again_ = parts_.clock->now() + between_keeps;
}

/// This run may go on by itself; another one may not.
void AgentModel::forget_place() {
    keeps_ = false;
    if (parts_.kept) parts_.kept->forget();
}

}  // namespace pronto::agent
