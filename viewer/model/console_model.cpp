#include "viewer/model/console_model.hpp"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>


namespace pronto::viewer {

using Severity = LogLine::Severity;
using State = Connection::State;

namespace {

control::SessionEnded ending(control::EndReason reason, const std::string& message) {
    control::SessionEnded how;
    how.reason = reason;
    how.message = message;
    return how;
}

std::string reconnecting_in_words(const Connection& connection, SteadyTime now) {
    const bool stopped = connection.error && connection.error->code == control::Code::stopping;
    const bool untrusted = connection.trouble == tunnel::LinkFailure::Kind::untrusted;
    const auto* what = stopped ? "The hub restarts" : untrusted ? "The hub is not trusted here" : "Connection lost";
    const auto left = std::chrono::ceil<std::chrono::seconds>(connection.next_try - now).count();
    return left > 0 ? fmt::format("{}; trying again in {} s", what, left) : fmt::format("{}; trying again…", what);
}

}  // namespace

ConsoleModel::ConsoleModel(Link& link, Screens& screens, SettingsStore& store, const Clock& clock, control::Hello hello)
    : link_(link), screens_(screens), store_(store), clock_(clock), hello_(std::move(hello)) {
    hello_.protocol = control::protocol_version;
    hello_.role = control::Role::operator_;
    hello_.ticket.clear();
    try {
        settings_ = store_.load();
        load_proxy();
    } catch (const std::runtime_error& problem) {
        write(Severity::error, problem.what());
    }
}

ConsoleModel::~ConsoleModel() {
    for (const auto& [number, session] : sessions_)
        if (session.live()) screens_.close(number);
    link_.close();
    forget_target();
}

void ConsoleModel::add_listener(ConsoleListener& listener) { listeners_.push_back(&listener); }
void ConsoleModel::remove_listener(ConsoleListener& listener) { std::erase(listeners_, &listener); }

// ---- what is known

std::string ConsoleModel::status_text() const {
    switch (connection_.state) {
        case State::not_logged_in: return "Not logged in";
        case State::connecting: return fmt::format("Connecting to {}...", tunnel::to_text(connection_.hub));
        case State::proxy_asks: return "Not logged in: the proxy wants a password";
        case State::untrusted: return "Not logged in: the hub is not trusted";
        case State::logged_in:
            return fmt::format("Logged in as {} at {}", connection_.name, tunnel::to_text(connection_.hub));
        case State::reconnecting: return reconnecting_in_words(connection_, clock_.now());
        case State::lost: return "Not logged in: connection lost";
    }
    return {};
}

const Session* ConsoleModel::find_session(SessionNumber number) const {
    const auto found = sessions_.find(number);
    return found == sessions_.end() ? nullptr : &found->second;
}

const Session* ConsoleModel::live_session_with(std::uint64_t peer) const {
    for (const auto& [number, session] : sessions_)
        if (session.live() && session.peer == peer) return &session;
    return nullptr;
}

const Report* ConsoleModel::find_report(const std::string& assistance) const {
    const auto found = reports_.find(assistance);
    return found == reports_.end() ? nullptr : &found->second;
}

// ---- logging in and out

void ConsoleModel::log_in(const tunnel::HubAddress& hub, const tunnel::Trust& trust, const std::string& user,
                          const std::string& password) {
    if (logged_in() || reconnecting()) return write(Severity::error, "You are logged in already. Log out first.");
    if (user.empty() || password.empty()) {
        const control::Error error{control::Code::bad_request, "User name or password is missing.", "Enter both."};
        set_connection(State::not_logged_in, error);
        return write_error("Cannot log in", error);
    }
    connection_ = {};
    connection_.hub = hub;
    connection_.user = user;
    target_ = Link::Target{hub, trust, {user, password}};
    target_->proxy = proxy_;
    if (target_->trust.pins.empty()) target_->trust.pins = settings_.pins_of(hub);
    dial();
}

void ConsoleModel::dial() {
    goodbye_.reset();
    write(Severity::info, fmt::format("Logging in to {} as {}", tunnel::to_text(connection_.hub), connection_.user));
    set_connection(State::connecting);
    if (target_) link_.open(*target_, hello_, *this);  // a listener may have logged out
}

void ConsoleModel::trust_and_remember() {
    if (connection_.state != State::untrusted || !connection_.presented || !target_)
        return write(Severity::error, "There is no hub that waits to be trusted.");
    if (connection_.pin_mismatch)
        return write(Severity::error,
                     "This hub shows another key than the one you trust. If its administrator confirms the new key, remove "
                     "the old one from the settings and log in again.");
    settings_.trust(connection_.hub, *connection_.presented);
    target_->trust.pins = {*connection_.presented};
    write(Severity::info, fmt::format("The key {} is trusted for {} from now on", tunnel::to_text(*connection_.presented),
                                      tunnel::to_text(connection_.hub)));
    save_settings();
    connection_.presented.reset();
    dial();
}

void ConsoleModel::log_out() {
    if (connection_.state == State::not_logged_in) return;
    for (const auto& [number, session] : sessions_)
        if (session.live() && !session.id.empty() && logged_in()) link_.send(control::SessionEnd{session.id});
    const bool was_in = logged_in() || reconnecting();
    link_.close();
    forget_target();
    if (was_in) write(Severity::info, "Logged out");
    connection_.presented.reset();
    set_connection(State::not_logged_in);
    forget_everybody(control::EndReason::operator_, "You logged out.", std::nullopt);
}

void ConsoleModel::link_opened(const control::Welcome& welcome) {
    const bool again = reconnecting();
    forget_target();
    own_peer_ = welcome.peer;
    policy_ = welcome.policy;
    grace_ = Millis(welcome.grace_ms);
    connection_.name = welcome.name;
    again ? welcome_back(welcome) : welcome_first(welcome);
}

void ConsoleModel::welcome_first(const control::Welcome& welcome) {
    tickets_.clear();
    write(Severity::info, fmt::format("Logged in as {} at {} ({})", welcome.name, tunnel::to_text(connection_.hub),
                                      welcome.software.empty() ? "Pronto hub" : welcome.software));
    log_policy();
    settings_.hub = tunnel::to_text(connection_.hub);
    settings_.user = connection_.user;
    save_settings();
    tell(&ConsoleListener::policy_changed);
    set_connection(State::logged_in);
}

void ConsoleModel::link_failed(const tunnel::LinkFailure& failure) {
    const bool was_in = logged_in() || reconnecting();
    const auto error = goodbye_.value_or(failure.error);
    // A key of somebody on the way is never offered to be trusted: the error explains.
    const bool shows_key = failure.kind == tunnel::LinkFailure::Kind::untrusted && failure.presented && !failure.intercepted;
    if (!was_in && shows_key) return untrusted(failure, error);
    if (!was_in && failure.kind == tunnel::LinkFailure::Kind::proxy_password && target_) {
        connection_.proxy = failure.proxy;
        write(Severity::warning, error.message);
        return set_connection(State::proxy_asks, error);
    }
    forget_target();
    write_error(was_in ? "Connection lost" : "Cannot log in", error);
    // The hub is there and does not know the log-in any more: only the operator can help that.
    const bool log_in_is_over = reconnecting() && failure.kind == tunnel::LinkFailure::Kind::refused;
    set_connection(was_in && !log_in_is_over ? State::lost : State::not_logged_in, error);
    forget_everybody(control::EndReason::drop, error.message, error);
}

void ConsoleModel::untrusted(const tunnel::LinkFailure& failure, const control::Error& error) {
    connection_.presented = failure.presented;
    connection_.pin_mismatch = failure.pinned;
    if (failure.pinned) {
        write_error("The hub is not trusted", error);
        forget_target();
    } else {
        write(Severity::warning, fmt::format("{} shows a key that is not known here yet", tunnel::to_text(connection_.hub)));
    }
    set_connection(State::untrusted, error);
}

void ConsoleModel::set_connection(State state, std::optional<control::Error> error) {
    connection_.state = state;
    connection_.error = std::move(error);
    tell(&ConsoleListener::connection_changed);
}

void ConsoleModel::forget_target() {
    if (target_) std::fill(target_->login.password.begin(), target_->login.password.end(), '\0');
    target_.reset();
}

void ConsoleModel::forget_everybody(control::EndReason reason, const std::string& message,
                                    const std::optional<control::Error>& error) {
    own_peer_ = 0;
    given_up_.clear();
    const auto why = error.value_or(control::Error{control::Code::offline, message, {}});
    refuse_what_was_asked(why);
    if (!presence_.empty()) {
        presence_.clear();
        tell(&ConsoleListener::presence_changed);
    }
    std::vector<SessionNumber> live;
    for (const auto& [number, session] : sessions_)
        if (session.live()) live.push_back(number);
    for (const auto number : live) end(number, ending(reason, message), error);
    std::vector<std::string> saving;
    for (const auto& [assistance, report] : reports_)
        if (report.state == Report::State::saving) saving.push_back(assistance);
    for (const auto& assistance : saving) fail_report(assistance, why);
}

// ---- the rest of what the hub says

void ConsoleModel::link_received(const control::Envelope& envelope) {
    if (!logged_in()) return;
    std::visit([&](const auto& message) { on(envelope, message); }, envelope.message);
}

void ConsoleModel::on(const control::Envelope&, const control::HubStopping&) {
    goodbye_ = control::Error{control::Code::stopping, "The hub is going down.", "Log in again when it is back."};
    write(Severity::warning, "The hub restarts; the console connects again by itself");
}

void ConsoleModel::on(const control::Envelope& envelope, const control::Refused& message) {
    if (!envelope.re) {
        goodbye_ = message.error;  // the reason for what follows: the hub closes the channel
        return write_error("The hub says", message.error);
    }
    const auto found = asked_.find(*envelope.re);
    if (found == asked_.end()) return write_error("The hub refused", message.error);
    const auto asked = found->second;
    asked_.erase(found);
    switch (asked.what) {
        case Asked::What::ticket:
            write_error("No ticket", message.error);
            return tell(&ConsoleListener::ticket_refused, message.error);
        case Asked::What::pass:
            write_error("No pass", message.error);
            return tell(&ConsoleListener::pass_refused, asked.peer, message.error);
        case Asked::What::session:
            return end(asked.session, ending(control::EndReason::refused, {}), message.error);
        case Asked::What::pause: return write_error("The recording goes on as before", message.error);
        case Asked::What::end: return end_refused(asked.session, message.error);
        case Asked::What::report: return fail_report(asked.assistance, message.error);
    }
}

void ConsoleModel::end_refused(SessionNumber number, const control::Error& why) {
    if (why.code == control::Code::not_found || why.code == control::Code::conflict)  // the hub holds it for over already
        return end(number, ending(control::EndReason::operator_, {}), std::nullopt);
    write_error("The session could not be ended", why);
    if (const auto found = sessions_.find(number); found != sessions_.end()) found->second.ending = false;
    tell_session(number);
}

// ---- settings

void ConsoleModel::change_settings(const Settings& settings) {
    if (settings == settings_) return;
    settings_ = settings;
    save_settings();
}

void ConsoleModel::save_settings() {
    try {
        store_.save(settings_);
    } catch (const std::runtime_error& problem) {
        write(Severity::error, fmt::format("Settings are not kept: {}", problem.what()));
    }
    tell(&ConsoleListener::settings_changed);
}

}  // namespace pronto::viewer
