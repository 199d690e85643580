#include <exception>

#include <fmt/format.h>

#include "viewer/model/settings.hpp"
#include "viewer/script/command_line.hpp"
#include "viewer/script/run.hpp"
#ifdef PRONTO_VIEWER_UI
#include "viewer/ui/console.hpp"
#endif

namespace {

using namespace pronto::viewer;

SettingsFile settings_of(const CommonOptions& common) {
    if (!common.config.empty()) return SettingsFile(common.config);
    return SettingsFile(settings_path(std::filesystem::read_symlink("/proc/self/exe")));
}

struct Runner {
    int operator()(const Notice& notice) {
        fmt::print(notice.exit_code == 0 ? stdout : stderr, "{}", notice.text);
        return notice.exit_code;
    }
    int operator()(const SessionCommand& command) {
        auto settings = settings_of(command.common);
        return run_session(command, settings);
    }
    int operator()(const TicketCommand& command) {
        auto settings = settings_of(command.common);
        return run_ticket(command, settings);
    }
    int operator()(const ConsoleCommand&) {
        fmt::print(stderr, "This pronto-viewer was built without its window. See --help for what works by script.\n");
        return 1;
    }
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
