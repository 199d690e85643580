#include "viewer/script/scripted_session.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rfb-ext/base/words.hpp"

namespace pronto::viewer {

namespace {

using control::Code;
using control::Error;

/// The hub answers an end at once; a screen that was cut may take a moment.
constexpr Millis longest_end{10'000};
/// A stream that is opened anew shows its first picture within a second, on most lines.
constexpr Millis longest_reopening{15'000};
/// A hub that restarts is back in that time.
constexpr Millis longest_reporting{20'000};

}  // namespace

Error untrusted_in_words(const Connection& connection) {
    const auto pin = connection.presented ? tunnel::to_text(*connection.presented) : std::string("none");
    const auto words = connection.presented ? in_words(*connection.presented) : std::string("none");
    if (connection.pin_mismatch)
        return {Code::forbidden,
                fmt::format("The hub at {} shows another key than the pinned one: {} ({}).", tunnel::to_text(connection.hub),
                            pin, words),
                "Do not go on unless its administrator confirms that the key was changed."};
    return {Code::forbidden,
            fmt::format("Nobody vouches for the hub at {}. It shows the key {} ({}).", tunnel::to_text(connection.hub), pin,
                        words),
            "Compare it with what the hub printed at its first start; if it is the same, give it with --hub-pin."};
}

Error end_as_error(const Session& session) {
    if (session.failed_for_password()) {
        const bool wrong = session.problem == Code::wrong_password;
        const auto* what = wrong ? "did not accept the VNC password" : "has a VNC password of its own";
        return {*session.problem, fmt::format("{} {}.", session.guest_name, what), "Give it with --host-password-file."};
    }
    if (session.error) return *session.error;
    const auto reason = session.reason ? control::name(*session.reason) : "unknown";
    auto message = session.message.empty() ? fmt::format("The session ended: {}.", reason) : session.message;
    return {Code::conflict, std::move(message), {}};
}

std::optional<Error> log_in_problem(const Connection& connection) {
    if (connection.state == Connection::State::untrusted) return untrusted_in_words(connection);
    using State = Connection::State;
    if (connection.state == State::proxy_asks)
        return Error{Code::unauthorized, connection.error->message, "Give them with --proxy-user and --proxy-password-file."};
    if (connection.state == State::connecting || connection.state == State::logged_in || connection.state == State::reconnecting)
        return std::nullopt;
    return connection.error.value_or(Error{Code::unauthorized, "Not logged in.", {}});
}

const control::Presence* wanted_guest(const ConsoleModel& model, const std::string& guest) {
    if (guest != "any") return model.find_guest(guest);
    const auto& all = model.presence();
    const auto found = std::find_if(all.begin(), all.end(), [](const control::Presence& entry) {
        return entry.role == control::Role::guest && entry.session.empty();
    });
    return found == all.end() ? nullptr : &*found;
}

Error nobody_came(const std::string& guest) {
    return {Code::offline, guest == "any" ? std::string("No guest has come.") : fmt::format("{} is not online.", guest),
            "Allow more time with --wait-for-guest."};
}

ScriptedSession::ScriptedSession(ScriptOrder order, ConsoleModel& model, ScreenFinder& screens, const Clock& clock,
                                 std::function<void(const std::string&)> say)
    : order_(std::move(order)), model_(model), screens_(screens), clock_(clock), say_(std::move(say)) {}

void ScriptedSession::start() {
    give_up_at_ = clock_.now() + order_.timeout;
    const auto& account = order_.account;
    model_.log_in(account.hub, account.trust, account.user, account.password);
}

SteadyTime ScriptedSession::wake_at() const {
    auto wake = give_up_at_;
    if (phase_ == Phase::awaiting_guest || phase_ == Phase::ending || phase_ == Phase::reporting) wake = std::min(wake, phase_ends_);
    if (phase_ == Phase::playing && shows_again_by_)
        return std::min({wake, *shows_again_by_, player_ ? player_->patience_ends() : wake});
    if (phase_ == Phase::playing && player_) wake = std::min(wake, player_->wake_at());
    return wake;
}

void ScriptedSession::advance() {
    while (!done()) {
        if (clock_.now() >= give_up_at_) {
            fail({Code::conflict, fmt::format("It took longer than {} s.", order_.timeout.count() / 1'000),
                  "Allow more with --timeout."});
            return;
        }
        if (!step_forward()) return;
    }
}

void ScriptedSession::interrupt() {
    if (!done()) fail({Code::conflict, "The program was told to stop.", {}});
}

bool ScriptedSession::step_forward() {
    switch (phase_) {
        case Phase::logging_in: return await_log_in();
        case Phase::awaiting_guest: return await_guest();
        case Phase::awaiting_screen: return await_screen();
        case Phase::playing: return play();
        case Phase::ending: return await_end();
        case Phase::reporting: return await_report();
        case Phase::done: return false;
    }
    return false;
}

bool ScriptedSession::go(Phase phase) {
    phase_ = phase;
    return true;
}

bool ScriptedSession::await_log_in() {
    if (const auto problem = log_in_problem(model_.connection())) return fail(*problem);
    if (!model_.logged_in()) return false;
    phase_ends_ = clock_.now() + order_.wait_for_guest;
    return go(Phase::awaiting_guest);
}

bool ScriptedSession::await_guest() {
    if (model_.reconnecting() && clock_.now() < phase_ends_) return false;
    if (!model_.logged_in()) return fail(model_.connection().error.value_or(Error{Code::offline, "Not logged in any more.", {}}));
    const auto* guest = wanted_guest(model_, order_.guest);
    if (!guest && clock_.now() < phase_ends_) return false;
    if (!guest) return fail(nobody_came(order_.guest));
    const auto number = model_.request_session(guest->peer, {order_.mode, SeenIn::window, order_.host_password});
    if (!number) return fail({Code::conflict, model_.log().back().text, {}});
    number_ = *number;
    return go(Phase::awaiting_screen);
}

bool ScriptedSession::await_screen() {
    if (!session().live()) return session_over();
    auto* stage = screens_.find(number_);
    if (session().screen != Session::Screen::showing || !stage) return false;
    player_ = std::make_unique<ScriptPlayer>(order_.steps, *stage, clock_.now(),
                                             [this](const Step& step) { say_(described(step)); });
    return go(Phase::playing);
}

bool ScriptedSession::play() {
    const bool away = session().live() && !session().screen_is_good();
    if (!away && std::exchange(was_away_, false)) player_->screen_is_back();
    if (away) {
        was_away_ = true;
        // It may be opened anew, or the hub says in a moment why it was closed; a connection that was lost has more time.
        if (!shows_again_by_ || session().state == control::SessionState::paused) shows_again_by_ = clock_.now() + longest_reopening;
        if (clock_.now() < std::min(*shows_again_by_, player_->patience_ends())) return false;
    } else {
        shows_again_by_.reset();
    }
    if (!session().live() || shows_again_by_) {
        player_.reset();  // its stage is gone
        if (!session().live()) return session_over();
        phase_ends_ = clock_.now() + longest_end;
        const bool paused = session().state == control::SessionState::paused;
        outcome_.error = Error{Code::offline, paused ? "The screen was away for longer than the step waits." : "The screen was closed.", {}};
        if (paused) model_.end_session(number_);
        return go(Phase::ending);
    }
    const auto state = player_->play(clock_.now());
    outcome_.steps_done = player_->steps_done();
    if (state == ScriptPlayer::State::playing) return false;
    if (state == ScriptPlayer::State::failed) outcome_.error = Error{Code::conflict, player_->problem(), {}};
    player_.reset();
    phase_ends_ = clock_.now() + longest_end;
    model_.end_session(number_);
    return go(Phase::ending);
}

bool ScriptedSession::await_end() {
    if (session().live() && clock_.now() < phase_ends_) return false;
    if (session().live()) return fail({Code::conflict, "The hub did not end the session.", {}});
    return session_over();
}

bool ScriptedSession::session_over() {
    const bool ended_by_us = session().ending && !session().error;
    if (!ended_by_us) outcome_.error = end_as_error(session());
    if (!order_.report || !session().was_seen() || !(model_.logged_in() || model_.reconnecting())) return finish();
    order_.report->assistance = session().assistance;
    if (!model_.save_report(*order_.report)) return fail({Code::conflict, model_.log().back().text, {}});
    phase_ends_ = clock_.now() + longest_reporting;
    return go(Phase::reporting);
}

bool ScriptedSession::await_report() {
    const auto* report = model_.find_report(order_.report->assistance);
    if (report->state == Report::State::saving && clock_.now() < phase_ends_) return false;
    if (report->state == Report::State::saving)
        return fail({Code::offline, "The report is not saved: the hub does not answer.", "Write it later, in the console."});
    outcome_.report_saved = report->state == Report::State::saved;
    if (!outcome_.report_saved && !outcome_.error) outcome_.error = report->error;
    return finish();
}

bool ScriptedSession::finish() {
    if (number_ != 0) outcome_.session = session();
    model_.log_out();
    if (number_ != 0 && outcome_.session->live()) outcome_.session = session();
    outcome_.ok = !outcome_.error;
    return go(Phase::done);
}

bool ScriptedSession::fail(Error why) {
    if (!outcome_.error) outcome_.error = std::move(why);
    player_.reset();
    return finish();
}

}  // namespace pronto::viewer
