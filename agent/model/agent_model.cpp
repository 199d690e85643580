#include "agent/model/agent_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <stdexcept>

#include "rfb-ext/base/computer.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/base/version.hpp"
#include "rfb-ext/base/words.hpp"
#include "rfb-ext/control/ticket.hpp"

namespace pronto::agent {
namespace {

/// A hub that has ended a session while its guest was away may know nothing of it any more.
constexpr Millis to_mention_the_session{10'000};

control::Hello this_computer(const std::string& ticket, const std::string& system) {
    control::Hello hello;
    hello.role = control::Role::guest;
    hello.software = std::string("pronto-agent ") + version;
    hello.host_name = host_name();
    hello.user = user_name();
    hello.system = system.empty() ? system_name() : system;
    hello.ticket = ticket;
    return hello;
}

}  // namespace

std::string_view name(Phase phase) {
    switch (phase) {
        case Phase::idle:
            return "idle";
        case Phase::connecting:
            return "connecting";
        case Phase::untrusted:
            return "untrusted";
        case Phase::waiting:
            return "waiting";
        case Phase::asked:
            return "asked";
        case Phase::starting:
            return "starting";
        case Phase::shared:
            return "shared";
    }
    return {};
}

AgentModel::AgentModel(Parts parts, std::function<void(const AgentState&)> changed)
    : parts_(std::move(parts)), changed_(std::move(changed)) {
    assert(parts_.clock && parts_.dial && parts_.make_screen);
    Screen::Events events;
    events.copied = [this](std::string text) { copied(std::move(text)); };
    events.copied_too_much = [this] { copied_too_much(); };
    events.lost = [this](const std::string& why) {
        give_up(session_, {true, "The screen cannot be shared any more: " + why + ".", {}});
    };
    events.leg_lost = [this](int leg, const std::string& message, const std::string& remedy) {
        lose_leg(session_, leg, {true, message, remedy});
    };
    events.gone = [this](const std::string& why) { screen_gone(why); };
    screen_ = parts_.make_screen(std::move(events));
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
        state_.notice =
            Notice{true, "That is not a ticket.", "A ticket looks like 1-E75B1: ask your technician for it."};
        return notify();
    }
    ticket_ = control::to_text(*parsed);
    from_.reset();
    trust_ = trust;
    start_dialling();
}

void AgentModel::start_dialling() {
    try {
        key_is_remembered_ = trust_.pins.empty() && parts_.known_hubs;
        if (key_is_remembered_) trust_.pins = parts_.known_hubs->pins_of(state_.hub);
        dial();
    } catch (const std::exception& problem) {
        go_idle();
        state_.notice = Notice{true, problem.what(), {}};
    }
    notify();
}

/// A ticket is used up by the first hello: there must be a screen before.
void AgentModel::dial() {
    state_.untrusted.reset();
    state_.notice.reset();
    state_.proxy_wants_login.reset();
    hub_stops_ = false;
    keeps_ = true;
    screen_->open();
    state_.phase = Phase::connecting;
    state_.resuming = from_.has_value();
    Link::Events events{[this](const control::Welcome& welcome) { opened(welcome); },
                        [this](const control::Envelope& envelope) { hear(envelope); },
                        [this](const tunnel::LinkFailure& failure) { failed(failure); },
                        [this](const tunnel::LinkFailure& failure, Millis again_in) { interrupted(failure, again_in); },
                        [this](const tunnel::Resume& resume) { resumable(resume); }};
    link_ = parts_.dial({state_.hub, trust_, this_computer(ticket_, parts_.system), from_, parts_.network}, std::move(events));
}

void AgentModel::trust_and_remember() {
    if (state_.phase != Phase::untrusted || state_.untrusted->mismatch) return;
    trust_.pins = {presented_};
    try {
        if (parts_.known_hubs) parts_.known_hubs->remember(state_.hub, presented_);
    } catch (const std::exception& problem) {
        log::warning("the hub's key could not be remembered: {}", problem.what());
    }
    try {
        dial();
    } catch (const std::exception& problem) {
        go_idle();
        state_.notice = Notice{true, problem.what(), {}};
    }
    notify();
}

void AgentModel::answer(bool granted) {
    if (state_.phase != Phase::asked) return;
    send(control::SessionAnswer{session_, granted});
    if (granted) {
        consents_.agree(1, state_.operator_name, state_.mode);
        show_viewers();
        keeps_ = true;
        keep_place();
        state_.phase = Phase::starting;
        return notify();
    }
    over(control::EndReason::refused, {}, 0);
}

void AgentModel::end() {
    if (state_.phase == Phase::asked) return answer(false);
    if (!in_session()) return;
    hang_up();
    forget_place();
    notify();
}

void AgentModel::hang_up() {
    const auto lasted = state_.phase == Phase::shared ? parts_.clock->unix_now() - state_.since : 0;
    leave_session();
    close_session(control::EndReason::guest, {}, lasted);
}

void AgentModel::disconnect() {
    if (state_.phase == Phase::idle) return;
    if (state_.phase == Phase::asked) {
        send(control::SessionAnswer{session_, false});
        close_session(control::EndReason::refused, {}, 0);
    }
    if (in_session()) hang_up();
    forget_place();
    go_idle();
    notify();
}

void AgentModel::go_idle() {
    screen_->stop();
    screen_->close();
    link_.reset();
    session_.clear();
    state_.phase = Phase::idle;
    state_.name.clear();
    state_.untrusted.reset();
    state_.away.reset();
    state_.resuming = false;
    place_.reset();
    grace_ = Millis(0);
}

std::optional<SteadyTime> AgentModel::next_deadline() const {
    if (state_.phase == Phase::asked) return state_.deadline;
    std::optional<SteadyTime> first;
    const auto consider = [&first](SteadyTime time) { first = std::min(first.value_or(time), time); };
    if (!state_.hint.empty()) consider(hint_until_);
    for (const auto& question : joins_) consider(question.deadline);
    if (state_.hold) consider(unheard_ ? std::min(*unheard_, state_.hold->until) : state_.hold->until);
    if (parts_.kept && place_ && keeps_) consider(keep_again_);
    return first;
}

void AgentModel::tick() {
    if (!state_.hint.empty() && parts_.clock->now() >= hint_until_) {
        state_.hint.clear();
        notify();
    }
    end_late_joins();
    end_late_hold();
    if (place_ && parts_.clock->now() >= keep_again_) keep_place();
    if (state_.phase != Phase::asked || parts_.clock->now() < state_.deadline) return;
    // The hub's own clock ends it; a no from here could come first and be taken for the guest's.
    over(control::EndReason::timed_out, {}, 0);
}

void AgentModel::opened(const control::Welcome& welcome) {
    from_.reset();
    hub_stops_ = false;
    grace_ = Millis(welcome.grace_ms);
    state_.name = welcome.name;
    state_.away.reset();
    state_.resuming = false;
    state_.proxy_wants_login.reset();
    state_.notice.reset();
    guests_may_pause_ = welcome.policy.guest_may_pause;
    if (!in_session()) state_.phase = Phase::waiting;
    else unheard_ = parts_.clock->now() + to_mention_the_session;
    notify();
}

void AgentModel::failed(const tunnel::LinkFailure& failure) {
    screen_->stop();
    const auto notice = why_offline(failure);
    if (in_session() || state_.phase == Phase::asked)
        close_session(hub_stops_ ? control::EndReason::hub_stopped : control::EndReason::drop, {}, 0);
    if (failure.kind == tunnel::LinkFailure::Kind::refused && place_) forget_place();
    const bool was_trusted = from_ || place_ || state_.phase != Phase::connecting;
    go_idle();
    if (failure.kind == tunnel::LinkFailure::Kind::untrusted && failure.presented && !failure.intercepted)
        return distrust(failure, was_trusted);
    if (failure.kind == tunnel::LinkFailure::Kind::proxy_password) state_.proxy_wants_login = failure.proxy;
    state_.notice = notice;
    notify();
}

Notice AgentModel::why_offline(const tunnel::LinkFailure& failure) const {
    if (hub_stops_) return {true, "The hub was stopped.", "When it runs again, ask your technician for a new ticket."};
    const bool was_online = state_.phase != Phase::connecting;
    if (was_online && failure.kind == tunnel::LinkFailure::Kind::lost)  // a hub that lets nobody come back
        return {true, failure.error.message,
                "Check that this computer is connected to the network, and ask your technician for a new ticket."};
    if (failure.error.message.empty()) return {true, "The hub refused, and did not say why.", failure.error.remedy};
    return {true, failure.error.message, failure.error.remedy};
}

void AgentModel::distrust(const tunnel::LinkFailure& failure, bool was_trusted) {
    presented_ = *failure.presented;
    state_.phase = Phase::untrusted;
    state_.untrusted = UntrustedHub{tunnel::to_text(presented_), in_words(presented_), failure.pinned || was_trusted};
    if (state_.untrusted->mismatch)
        state_.notice = Notice{
            true, fmt::format("The hub {} showed another key than the one expected.", tunnel::to_text(state_.hub)),
            "Somebody may be listening in: do not connect, and tell your technician. If the hub was really given a new "
            "key, " +
                (key_is_remembered_
                     ? fmt::format("remove its line from {} and connect again.", parts_.known_hubs->file().string())
                     : std::string("start the program with the new one (--hub-pin, or hub.pins in agent.toml)."))};
    notify();
}

void AgentModel::hear(const control::Envelope& envelope) {
    std::visit([this](const auto& message) { hear(message); }, envelope.message);
}

void AgentModel::hear(const control::HubStopping&) {
    hub_stops_ = true;
    state_.notice = place_ ? Notice{false, "The hub is being stopped.", "When it runs again, the connection comes back by itself."}
                           : Notice{true, "The hub is being stopped.", "When it runs again, ask your technician for a new ticket."};
    notify();
}

void AgentModel::hear(const control::Refused& refused) {
    log::info("the hub refused: {} ({})", refused.error.message, control::name(refused.error.code));
    // What was sent to a session crossed its end.
    if (!in_session() && refused.error.code == control::Code::not_found) return;
    if (in_session()) return hint(sentences({refused.error.message, refused.error.remedy}));
    state_.notice =
        Notice{true, refused.error.message.empty() ? "The hub refused, and did not say why." : refused.error.message,
               refused.error.remedy};
    notify();
}

bool AgentModel::in_session() const {
    return state_.phase == Phase::starting || state_.phase == Phase::shared;
}

void AgentModel::send(control::Message message) {
    if (link_) link_->send(std::move(message));
}

void AgentModel::notify() {
    if (changed_) changed_(state_);
}

}  // namespace pronto::agent
