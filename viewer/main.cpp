#include <exception>

#include <fmt/format.h>

#include "viewer/model/settings.hpp"
#include "viewer/script/command_line.hpp"
#include "viewer/script/run.hpp"
#ifdef PRONTO_VIEWER_UI
#include <csignal>

#include "rfb-ext/base/log.hpp"
#include "viewer/remote/remote_movies.hpp"
#include "viewer/remote/remote_screens.hpp"
#include "viewer/remote/tunnel_link.hpp"
#include "viewer/ui/console.hpp"
#include "viewer/ui/player_window.hpp"
#endif

namespace {

using namespace pronto::viewer;

SettingsFile settings_of(const CommonOptions& common) {
    if (!common.config.empty()) return SettingsFile(common.config);
    return SettingsFile(settings_path(std::filesystem::read_symlink("/proc/self/exe")));
}

#ifdef PRONTO_VIEWER_UI
/// What the log pane shows also goes to the log, for a support person.
class LogMirror final : public ConsoleListener {
public:
    void logged(const LogLine& line) override {
        switch (line.severity) {
            case LogLine::Severity::info: return pronto::log::info("{}", line.text);
            case LogLine::Severity::warning: return pronto::log::warning("{}", line.text);
            case LogLine::Severity::error: return pronto::log::error("{}", line.text);
        }
    }
};

int open_console(const ConsoleCommand& command) {
    const auto& common = command.common;
    pronto::log::configure(common.verbose ? pronto::log::Level::debug : pronto::log::Level::info, common.log_file);
    std::signal(SIGPIPE, SIG_IGN);
    auto settings = settings_of(common);
    const pronto::SystemClock clock;
    pronto::Mailbox mailbox;
    TunnelLink link(mailbox, settings.path().parent_path() / "ways");
    RemoteScreens screens(link, mailbox, clock);
    RemoteMovies movies(link);
    ConsoleModel model(link, screens, settings, clock, this_console());
    LogMirror mirror;
    model.add_listener(mirror);
    if (common.proxy.given()) model.use_proxy(common.proxy.over(model.proxy()));
    return run_console(model, screens, movies, mailbox, clock, {command.hub, command.user, command.trust});
}
int open_player(const PlayCommand& command) {
    pronto::log::configure(command.common.verbose ? pronto::log::Level::debug : pronto::log::Level::info,
                           command.common.log_file);
    const pronto::SystemClock clock;
    return run_player(command.movie, command.key_file, clock);
}
#else
int open_player(const PlayCommand&) {
    fmt::print(stderr, "This pronto-viewer was built without its window: it cannot play.\n");
    return 1;
}
int open_console(const ConsoleCommand&) {
    fmt::print(stderr, "This pronto-viewer was built without its window. See --help for what works by script.\n");
    return 1;
}
#endif

struct Runner {
    int operator()(const Notice& notice) {
        fmt::print(notice.exit_code == 0 ? stdout : stderr, "{}", notice.text);
        return notice.exit_code;
    }
    int operator()(const SessionCommand& command) {
        auto settings = settings_of(command.common);
        return run_session(command, settings);
    }
    int operator()(const BridgeCommand& command) {
        auto settings = settings_of(command.common);
        return run_bridge(command, settings);
    }
    int operator()(const CheckCommand& command) {
        auto settings = settings_of(command.common);
        return run_check(command, settings);
    }
    int operator()(const TicketCommand& command) {
        auto settings = settings_of(command.common);
        return run_ticket(command, settings);
    }
    int operator()(const PlayCommand& command) { return open_player(command); }
    int operator()(const ConsoleCommand& command) { return open_console(command); }
};

}  // namespace

int main(int argc, char** argv) {
    try {
        return std::visit(Runner{}, parse_command_line(argc, argv));
    } catch (const std::exception& problem) {
        fmt::print(stderr, "pronto-viewer: {}\n", problem.what());
        return 1;
    }
}
