#include "viewer/script/run.hpp"

#include <csignal>
#include <cstdio>
#include <map>
#include <optional>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/vnc/picture_png.hpp"
#include "viewer/model/error_text.hpp"
#include "viewer/model/ticket_text.hpp"
#include "viewer/remote/remote_screens.hpp"
#include "viewer/remote/tunnel_link.hpp"

namespace pronto::viewer {

namespace {

namespace json = boost::json;

constexpr Millis between_looks_for_signals{100};
constexpr Millis longest_ticket_wait{30'000};

volatile std::sig_atomic_t stop_asked = 0;

void ask_to_stop(int) { stop_asked = 1; }

void heed_signals() {
    std::signal(SIGINT, ask_to_stop);
    std::signal(SIGTERM, ask_to_stop);
    std::signal(SIGPIPE, SIG_IGN);
}

/// A script reads the operator's settings (the pins) and leaves them alone.
class ReadOnlySettings final : public SettingsStore {
public:
    explicit ReadOnlySettings(SettingsStore& store) : store_(store) {}
    Settings load() override { return store_.load(); }
    void save(const Settings&) override {}

private:
    SettingsStore& store_;
};

/// Shows the log pane's lines, and the steps, as a person at a terminal reads them.
class Progress final : public ConsoleListener {
public:
    Progress(const Clock& clock, std::FILE* to, bool to_log) : clock_(clock), to_(to), to_log_(to_log) {}
    void logged(const LogLine& line) override {
        say_held();
        if (line.severity == LogLine::Severity::error && !to_log_)
            held_ = line.text;  // most likely the end of it all, which is said once more in the summary
        else
            say(line.text);
    }
    void say(const std::string& text) {
        say_held();
        if (to_log_) return log::info("{}", text);
        fmt::print(to_, "{}  {}\n", local_time(clock_.unix_now()), text);
        std::fflush(to_);
    }
    /// The last line, if it was an error and nothing came after it.
    void say_held() {
        if (const auto held = std::exchange(held_, std::nullopt)) say(*held);
    }
    void forget_held() { held_.reset(); }

private:
    std::optional<std::string> held_;
    const Clock& clock_;
    std::FILE* to_;
    bool to_log_;
};

/// A script's hands on one remote screen; harmless once the screen has gone.
class RemoteStage final : public Stage {
public:
    RemoteStage(SessionNumber session, RemoteScreens& screens, ConsoleModel& model)
        : session_(session), screens_(screens), model_(model) {}

    void key(std::uint32_t keysym, bool down) override {
        if (auto* screen = screens_.find(session_)) screen->key(keysym, down);
    }
    void pointer(Point at, unsigned buttons) override {
        if (auto* screen = screens_.find(session_)) screen->pointer(at, buttons);
    }
    bool clipboard(const std::string& text) override { return model_.send_clipboard(session_, text); }
    bool record(bool on) override { return model_.pause_recording(session_, !on); }
    bool records(bool on) const override {
        const auto* session = model_.find_session(session_);
        return session && session->screen_is_good() && session->state == control::SessionState::streaming &&
               session->records() == on;
    }
    void save(const std::string& file) override {
        if (const auto* screen = screens_.find(session_)) vnc::write_png(screen->picture(), file);
    }
    RemoteSession::Progress progress() const override {
        const auto* screen = screens_.find(session_);
        return screen ? screen->progress() : RemoteSession::Progress{};
    }

private:
    SessionNumber session_;
    RemoteScreens& screens_;
    ConsoleModel& model_;
};

class RemoteStages final : public ScreenFinder {
public:
    RemoteStages(RemoteScreens& screens, ConsoleModel& model) : screens_(screens), model_(model) {}
    Stage* find(SessionNumber session) override {
        if (!screens_.find(session)) return nullptr;
        return &stages_.try_emplace(session, session, screens_, model_).first->second;
    }

private:
    RemoteScreens& screens_;
    ConsoleModel& model_;
    std::map<SessionNumber, RemoteStage> stages_;
};

/// The whole console but its window.
struct Headless {
    Headless(SettingsStore& settings, const CommonOptions& common, bool quiet_output)
        : store(settings), progress(clock, quiet_output ? stderr : stdout, !common.log_file.empty()) {
        log::configure(common.verbose ? log::Level::debug : common.log_file.empty() ? log::Level::warning : log::Level::info,
                       common.log_file);
        heed_signals();
        model.add_listener(progress);
    }

    SystemClock clock;
    ReadOnlySettings store;
    Mailbox mailbox;
    TunnelLink link{mailbox};
    RemoteScreens screens{link, mailbox, clock};
    ConsoleModel model{link, screens, store, clock, this_console()};
    Progress progress;
};

json::value to_json(const std::optional<control::Error>& error) {
    if (!error) return nullptr;
    return json::object{{"code", control::name(error->code)}, {"message", error->message}, {"remedy", error->remedy}};
}

json::object to_json(const ScriptOutcome& outcome) {
    const auto session = outcome.session.value_or(Session{});
    json::object object;
    object["ok"] = outcome.ok;
    object["session"] = session.id;
    object["assistance"] = session.assistance;
    object["guest"] = session.guest_name;
    object["mode"] = control::name(session.mode);
    object["recorded"] = session.recorded;
    object["first_picture_ms"] = session.first_picture_ms ? json::value(*session.first_picture_ms) : json::value();
    object["consent_ms"] = session.consent_ms ? json::value(*session.consent_ms) : json::value();
    object["bytes_received"] = session.bytes_to_viewer;
    object["duration_ms"] = session.duration_ms;
    object["size"] = json::object{{"width", session.size.width}, {"height", session.size.height}};
    object["steps_done"] = outcome.steps_done;
    object["reason"] = session.reason ? json::value(control::name(*session.reason)) : json::value();
    object["message"] = session.message;
    object["report_saved"] = outcome.report_saved;
    object["error"] = to_json(outcome.error);
    return object;
}

void print_json(const json::object& object) {
    fmt::print("{}\n", json::serialize(object));
    std::fflush(stdout);
}

void print_summary(const ScriptOutcome& outcome) {
    if (outcome.session && outcome.session->was_seen())
        fmt::print("Session {}: first picture {}; {} received, {} steps done\n", outcome.session->id,
                   first_picture_in_words(*outcome.session), human_bytes(outcome.session->bytes_to_viewer),
                   outcome.steps_done);
    if (outcome.error) fmt::print(stderr, "Failed: {}\n", in_words(*outcome.error));
}

/// What became of the ticket asked for.
class TicketWait final : public ConsoleListener {
public:
    void ticket_created(const CreatedTicket& made) override { ticket = made; }
    void ticket_refused(const control::Error& why) override { error = why; }
    std::optional<CreatedTicket> ticket;
    std::optional<control::Error> error;
};

/// Why the log-in will not come about, if it will not.
std::optional<control::Error> log_in_problem(const Connection& connection) {
    if (connection.state == Connection::State::untrusted) return untrusted_in_words(connection);
    if (connection.state == Connection::State::connecting || connection.state == Connection::State::logged_in) return std::nullopt;
    return connection.error.value_or(control::Error{control::Code::unauthorized, "Not logged in.", {}});
}

void await_ticket(Headless& console, TicketWait& wait) {
    const auto until = console.clock.now() + longest_ticket_wait;
    bool asked = false;
    while (!wait.ticket && !wait.error) {
        console.mailbox.wait_until(std::min(until, console.clock.now() + between_looks_for_signals));
        console.mailbox.run();
        if (!asked && console.model.logged_in()) asked = console.model.new_ticket();
        if (!wait.ticket && !wait.error) wait.error = log_in_problem(console.model.connection());
        if (wait.ticket || wait.error) return;
        if (stop_asked) wait.error = control::Error{control::Code::conflict, "The program was told to stop.", {}};
        else if (console.clock.now() >= until)
            wait.error = control::Error{control::Code::offline, "The hub does not answer.", "Try again."};
    }
}

}  // namespace

int run_session(const SessionCommand& command, SettingsStore& settings) {
    Headless console(settings, command.common, command.json);
    RemoteStages stages(console.screens, console.model);
    ScriptedSession session(command.order, console.model, stages, console.clock,
                            [&](const std::string& step) { console.progress.say("- " + step); });
    session.start();
    while (!session.done()) {
        console.mailbox.wait_until(std::min(session.wake_at(), console.clock.now() + between_looks_for_signals));
        console.mailbox.run();
        if (stop_asked) session.interrupt();
        session.advance();
    }
    const bool failure_is_told = !command.json && session.outcome().error;
    failure_is_told ? console.progress.forget_held() : console.progress.say_held();
    if (command.json) print_json(to_json(session.outcome()));
    else print_summary(session.outcome());
    return session.outcome().ok ? 0 : 1;
}

int run_ticket(const TicketCommand& command, SettingsStore& settings) {
    Headless console(settings, command.common, true);
    if (command.common.log_file.empty()) console.model.remove_listener(console.progress);  // the ticket alone
    TicketWait wait;
    console.model.add_listener(wait);
    const auto& account = command.account;
    console.model.log_in(account.hub, account.trust, account.user, account.password);
    await_ticket(console, wait);
    console.model.log_out();
    if (command.json) {
        json::object object{{"ok", wait.ticket.has_value()}, {"error", to_json(wait.error)}};
        object["ticket"] = wait.ticket ? json::value(wait.ticket->ticket) : json::value();
        object["expires"] = wait.ticket ? json::value(rfc3339(wait.ticket->expires)) : json::value();
        object["text"] = wait.ticket ? json::value(wait.ticket->text) : json::value();
        print_json(object);
    } else if (wait.ticket) {
        fmt::print("{}\n", wait.ticket->ticket);
    }
    if (wait.error) fmt::print(stderr, "No ticket: {}\n", in_words(*wait.error));
    return wait.ticket ? 0 : 1;
}

}  // namespace pronto::viewer
