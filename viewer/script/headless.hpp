#pragma once

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>

#include <boost/json.hpp>

#include "viewer/remote/remote_screens.hpp"
#include "viewer/remote/tunnel_link.hpp"
#include "viewer/script/command_line.hpp"

/// What the commands without a window have in common.
namespace pronto::viewer {

/// A script waits no longer than this before it looks whether it was told to stop.
inline constexpr Millis between_looks_for_signals{100};
/// Has SIGINT or SIGTERM come?
bool stop_asked();

/// A script reads the operator's settings (the pins) and leaves them alone.
class ReadOnlySettings final : public SettingsStore {
public:
    explicit ReadOnlySettings(SettingsStore& store) : store_(store) {}
    Settings load() override { return store_.load(); }
    void save(const Settings&) override {}
    Secret load_proxy_password() override { return store_.load_proxy_password(); }
    void save_proxy_password(const Secret&) override {}

private:
    SettingsStore& store_;
};

/// Shows the log pane's lines, and the steps, as a person at a terminal reads them.
class Progress final : public ConsoleListener {
public:
    Progress(const Clock& clock, std::FILE* to, bool to_log) : clock_(clock), to_(to), to_log_(to_log) {}
    void logged(const LogLine& line) override;
    void say(const std::string& text);
    /// The last line, if it was an error and nothing came after it.
    void say_held();
    void forget_held() { held_.reset(); }

private:
    std::optional<std::string> held_;
    const Clock& clock_;
    std::FILE* to_;
    bool to_log_;
};

/// The whole console but its window.
struct Headless {
    Headless(SettingsStore& settings, const CommonOptions& common, bool quiet_output, std::uint16_t bridge_port = 0);

    SystemClock clock;
    ReadOnlySettings store;
    Mailbox mailbox;
    TunnelLink link{mailbox};
    const std::uint16_t bridge_port;
    RemoteScreens screens{link, mailbox, clock, bridge_port};
    ConsoleModel model{link, screens, store, clock, this_console()};
    Progress progress;
};

/// Runs a session to its end; a signal interrupts it. Without `json` the outcome that follows tells a failure in words.
template <class Driven>
void drive(Headless& console, Driven& session, bool json) {
    session.start();
    while (!session.done()) {
        console.mailbox.wait_until(std::min(session.wake_at(), console.clock.now() + between_looks_for_signals));
        console.mailbox.run();
        console.model.look_at_the_clock();
        if (stop_asked()) session.interrupt();
        session.advance();
    }
    const bool failure_is_told = !json && session.outcome().error;
    failure_is_told ? console.progress.forget_held() : console.progress.say_held();
}

boost::json::value to_json(const std::optional<control::Error>& error);
boost::json::object to_json(const ScriptOutcome& outcome);
/// One line on standard output.
void print_json(const boost::json::object& object);

}  // namespace pronto::viewer
