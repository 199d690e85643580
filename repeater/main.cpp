#include <array>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "repeater/admin/commands.hpp"
#include "repeater/admin/terminal.hpp"
#include "repeater/config.hpp"
#include "repeater/reach.hpp"
#include "repeater/serve.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/usage.hpp"
#include "rfb-ext/base/version.hpp"

namespace {

using namespace pronto;

constexpr int failed = 1;
constexpr int wrong_usage = 2;

struct Options {
    std::string data;
    std::string config;
    std::vector<std::int64_t> ports;
    bool standard = false;
    bool serve = false;
};

void add_options(CLI::App& app, Options& options) {
    app.set_version_flag("--version", fmt::format("pronto-repeater {}", version), "Print the version");
    app.set_help_all_flag("--help-all", "Print the help of every command");
    app.add_option("--data", options.data,
                   "The hub's data folder (/var/lib/pronto for root, else ~/.local/share/pronto)")
        ->type_name("DIR");
    app.add_option("--config", options.config, "A configuration file (docs/configuration.md)")->type_name("FILE");
    app.fallthrough();  // these may also stand behind the command
    app.require_subcommand(1);
    app.footer(
        "Examples:\n"
        "  pronto-repeater serve                      run the hub\n"
        "  pronto-repeater user add anna              add an operator\n"
        "  pronto-repeater ticket new --user anna     make a ticket\n"
        "  pronto-repeater session list               what was done\n"
        "  pronto-repeater pin                        what guests and consoles know the hub by\n"
        "\"pronto-repeater COMMAND --help\" tells more. Exit codes: 0 done, 1 failed, 2 wrong usage.\n");
    auto* serve = app.add_subcommand("serve", "Run the hub until SIGTERM");
    serve
        ->add_option("--port", options.ports,
                     "Listen on this port instead of 443, 3128 and 8080; may be given more than once")
        ->check(CLI::Range(0, 65'535))
        ->type_name("PORT");
    serve->add_flag("--standard", options.standard,
                    "Take standard VNC programs, also without encryption: viewers on 5900 and 5901, servers on 5500, unless "
                    "the configuration has other ports");
    serve->footer("Examples:\n  pronto-repeater serve\n  pronto-repeater serve --standard\n  pronto-repeater serve --data /srv/pronto --port 8443\n");
    serve->callback([&options] { options.serve = true; });
}

/// The help of each command names the options that all of them take.
void mention_common_options(CLI::App& app) {
    for (auto* command : app.get_subcommands([](CLI::App*) { return true; })) {
        command->footer(command->get_footer() + "Every command also takes --data DIR and --config FILE.\n");
        mention_common_options(*command);
    }
}

void switch_standard_on(Config& config) {
    config.set("standard.allow_unencrypted", true);
    constexpr std::array<std::pair<const char*, std::int64_t>, 3> usual{
        {{"standard.viewer_port", 5900}, {"standard.repeater_port", 5901}, {"standard.server_port", 5500}}};
    for (const auto& [key, port] : usual)
        if (!config.given(key)) config.set(key, port);
}

HubConfig configuration(const Options& options) {
    Config config(hub_config_keys());
    if (!options.config.empty()) config.load(options.config);
    if (!options.ports.empty()) config.set("listen.ports", options.ports);
    if (options.standard) switch_standard_on(config);
    return hub_config_from(config, options.data.empty() ? default_data_folder() : std::filesystem::path(options.data));
}

int run(const Options& options, const admin::Desk& desk) {
    const auto config = configuration(options);
    if (options.serve) {
        log::configure(config.log_level, config.log_file.string());
        return serve(config);
    }
    desk.chosen({config.data, config.hub.node, config.ticket_life, [&config] { return reach_of(config); },
                 config.recording.folder, config.recording.retention, config.recording.key_file, config.recording.finisher});
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"The hub of Pronto, self-hosted remote support", "pronto-repeater"};
    Options options;
    admin::SystemTerminal terminal;
    const SystemClock clock;
    admin::Desk desk{terminal, clock, {}};
    add_options(app, options);
    admin::add_commands(app, desk);
    mention_common_options(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        if (problem.get_exit_code() == 0) return app.exit(problem);  // --help, --version
        fmt::print(stderr, "pronto-repeater: {}\n", usage_problem(app, argc, argv, problem));
        return wrong_usage;
    }
    try {
        return run(options, desk);
    } catch (const std::exception& problem) {
        fmt::print(stderr, "pronto-repeater: {}\n", problem.what());
        return failed;
    }
}
