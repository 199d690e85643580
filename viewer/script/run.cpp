#include "viewer/script/run.hpp"

#include <map>
#include <optional>

#include <fmt/format.h>

#include "rfb-ext/base/text.hpp"
#include "rfb-ext/vnc/picture_png.hpp"
#include "viewer/model/error_text.hpp"
#include "viewer/script/headless.hpp"

namespace pronto::viewer {

namespace {

constexpr Millis longest_ticket_wait{30'000};

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

void await_ticket(Headless& console, TicketWait& wait) {
    const auto until = console.clock.now() + longest_ticket_wait;
    bool asked = false;
    while (!wait.ticket && !wait.error) {
        console.mailbox.wait_until(std::min(until, console.clock.now() + between_looks_for_signals));
        console.mailbox.run();
        if (!asked && console.model.logged_in()) asked = console.model.new_ticket();
        if (!wait.ticket && !wait.error) wait.error = log_in_problem(console.model.connection());
        if (wait.ticket || wait.error) return;
        if (stop_asked()) wait.error = control::Error{control::Code::conflict, "The program was told to stop.", {}};
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
    drive(console, session, command.json);
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
        boost::json::object object{{"ok", wait.ticket.has_value()}, {"error", to_json(wait.error)}};
        object["ticket"] = wait.ticket ? boost::json::value(wait.ticket->ticket) : boost::json::value();
        object["expires"] = wait.ticket ? boost::json::value(rfc3339(wait.ticket->expires)) : boost::json::value();
        object["text"] = wait.ticket ? boost::json::value(wait.ticket->text) : boost::json::value();
        print_json(object);
    } else if (wait.ticket) {
        fmt::print("{}\n", wait.ticket->ticket);
    }
    if (wait.error) fmt::print(stderr, "No ticket: {}\n", in_words(*wait.error));
    return wait.ticket ? 0 : 1;
}

}  // namespace pronto::viewer
