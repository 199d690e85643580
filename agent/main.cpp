#include <fmt/format.h>

#include <csignal>
#include <exception>

#include "agent/check.hpp"
#include "agent/command_line.hpp"
#include "agent/no_window.hpp"
#include "agent/stop_signal.hpp"
#include "agent/ui/run_window.hpp"
#include "rfb-ext/base/log.hpp"

int main(int argc, char** argv) {
    using namespace pronto;
    try {
        int exit_code = 0;
        const auto line = agent::parse_command_line(argc, argv, exit_code);
        if (!line) return exit_code;
        log::configure(line->verbose ? log::Level::debug : line->window && !line->check ? log::Level::info : log::Level::warning, line->log_file);
        std::signal(SIGPIPE, SIG_IGN);
        if (line->check) return agent::check_connection(*line);
        agent::StopSignal stop;
        if (!line->window) return agent::run_without_window(*line, stop);
        return agent::run_window(line->settings, stop.descriptor());
    } catch (const std::exception& problem) {
        fmt::print(stderr, "pronto-agent: {}\n", problem.what());
        return 1;
    }
}
