#include "agent/command_line.hpp"

#include <CLI/CLI.hpp>

#include "agent/model/proxy_login.hpp"
#include "rfb-ext/base/config.hpp"
#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/version.hpp"
#include "rfb-ext/control/ticket.hpp"
#include "rfb-ext/tunnel/proxy_settings.hpp"

namespace pronto::agent {
namespace {

constexpr auto examples =
    "Examples:\n"
    "  pronto-agent\n"
    "      opens the window: type the ticket your technician gave you\n"
    "  pronto-agent --hub hub.example --ticket 1-E75B1\n"
    "      connects at once; you are still asked before anybody sees your screen\n"
    "  pronto-agent --hub hub.example --hub-pin sha256:0123... --ticket 1-E75B1 --no-window --accept --once --json\n"
    "      for scripts: shares this screen without asking, until the first session is over\n"
    "  pronto-agent --hub hub.example --proxy http://proxy.example:3128 --proxy-user anna --proxy-password-file proxy.txt\n"
    "      reaches the hub through this proxy; without --proxy the one that this computer is set up for\n"
    "  pronto-agent --hub hub.example --ticket 1-E75B1 --no-window --accept --vnc-server 127.0.0.1:5901\n"
    "      --vnc-password-file vnc.txt\n"
    "      shares the screen of a VNC server that runs already; needs no display\n"
    "  pronto-agent --hub hub.example --check\n"
    "      tests the way to the hub, step by step\n"
    "Exit codes: 0 done or stopped by a signal, 1 failed (no screen, no connection, a key that is not trusted, a session\n"
    "that broke), 2 wrong usage.\n";

/// --vnc-server and what belongs to it, as typed.
struct ServerOptions {
    std::string address, password_file;
};

/// --proxy and what belongs to it, as typed.
struct ProxyOptions {
    std::string url, user, password_file;
};

/// The password is read now: a file that is not there is better known before anything else happens.
tunnel::ProxySettings proxy_of(const ProxyOptions& given, const Config& config) {
    const auto one = [&config](const std::string& typed, const char* key) { return typed.empty() ? config.text(key) : typed; };
    const auto url = one(given.url, "proxy.url");
    auto proxy = url.empty() ? tunnel::ProxySettings{} : tunnel::parse_proxy(url);
    proxy.user = one(given.user, "proxy.user");
    proxy.login_for_any = !proxy.user.empty();
    if (const auto file = one(given.password_file, "proxy.password_file"); !file.empty()) proxy.password = Secret(read_secret(file));
    return proxy;
}

Config read_config(const std::string& given) {
    Config config({{"hub.address", std::string()}, {"hub.pins", std::vector<std::string>()}, {"proxy.url", std::string()},
                   {"proxy.user", std::string()}, {"proxy.password_file", std::string()}});
    const auto usual = user_config_folder() / "agent.toml";
    if (!given.empty()) config.load(given);
    else if (std::filesystem::exists(usual)) config.load(usual);
    return config;
}

void add_options(CLI::App& app, CommandLine& to, std::vector<std::string>& pins, std::string& config, ServerOptions& server,
                 ProxyOptions& proxy) {
    app.set_version_flag("--version", std::string("pronto-agent ") + version);
    app.add_option("--hub", to.settings.hub, "The hub: the address your technician gave you (port 443 if none is given); needed with --no-window, unless it "
                   "stands in the configuration file")
        ->type_name("HOST[:PORT]");
    app.add_option("--hub-pin", pins, "Trust a hub with this key and no other (may be repeated: current and next key)")
        ->type_name("sha256:HEX")->expected(1)->take_all();
    app.add_option("--ticket", to.settings.ticket, "The ticket from your technician; needed with --no-window, unless the last connection broke off and can be gone on with")->type_name("N-XXXXX");
    auto* no_window = app.add_flag_callback("--no-window", [&to] { to.window = false; }, "Work without a window, for scripts; --ticket and a hub must be given");
    app.add_flag("--accept", to.accept, "Accept every operator without asking anybody; without it each is refused")->needs(no_window);
    app.add_flag("--once", to.once, "End after the first session; without it, when the connection ends")->needs(no_window);
    app.add_flag("--check", to.check, "Only test the way to the hub, step by step; needs no ticket")->excludes(no_window);
    app.add_flag("--json", to.json, "With --no-window: print events as JSON, one object a line; with --check: one object");
    auto* display = app.add_option("--display", to.settings.display, "The X display to share, like :0 (default: $DISPLAY)")->type_name("DISPLAY");
    auto* vnc_server = app.add_option("--vnc-server", server.address,
                   "Share this VNC server, for instance x11vnc, Xvnc, QEMU or a Mac's, instead of a display (port 5900 if none is given)")
        ->type_name("HOST[:PORT]")->excludes(display);
    app.add_option("--vnc-password-file", server.password_file, "Its password: the first line of a file that only you can read")
        ->type_name("FILE")->needs(vnc_server);
    app.add_option("--proxy", proxy.url, "The proxy to reach the hub through, like http://proxy.example:3128 or socks5://..., \"none\", or \"system\": "
                   "as this computer is set up (the default)")
        ->type_name("URL|none|system");
    app.add_option("--proxy-user", proxy.user, "Whom the proxy knows, if it asks")->type_name("USER");
    app.add_option("--proxy-password-file", proxy.password_file, "His password: the first line of a file that only you can read")->type_name("FILE");
    app.add_option("--log", to.log_file, "Write the log to this file too")->type_name("FILE");
    app.add_option("--config", config, "Configuration file (default: agent.toml in Pronto's settings folder)")->type_name("FILE");
    app.add_flag("--verbose", to.verbose, "Log more");
    app.footer(examples);
}

/// What CLI11 cannot check by itself; what is wrong, or nothing.
std::string wrong_usage(const CommandLine& line) {
    try {
        if (!line.settings.hub.empty()) tunnel::parse_hub_address(line.settings.hub);
    } catch (const std::exception& problem) {
        return problem.what();
    }
    if (!line.settings.ticket.empty() && !control::parse_ticket(line.settings.ticket))
        return "\"" + line.settings.ticket + "\" is not a ticket; a ticket looks like 1-E75B1";
    if (line.json && line.window && !line.check) return "--json needs --no-window or --check";
    if (line.check && line.settings.hub.empty()) return "--check needs a hub: give one with --hub, or hub.address in the configuration file";
    if (!line.window && line.settings.hub.empty()) return "--no-window needs a hub: give one with --hub, or hub.address in the configuration file";
    if (!line.window && line.settings.ticket.empty() && !std::filesystem::exists(line.settings.kept_place)) return needs_ticket;
    return {};
}

}  // namespace

std::optional<CommandLine> parse_command_line(int argc, char** argv, int& exit_code) {
    CommandLine line;
    std::vector<std::string> pins;
    std::string config_file;
    ServerOptions server;
    ProxyOptions proxy;
    CLI::App app{"Lets a technician you asked for help see and control this screen. Nobody sees it before you agree.", "pronto-agent"};
    add_options(app, line, pins, config_file, server, proxy);
    try {
        app.parse(argc, argv);
        if (!proxy.url.empty()) tunnel::parse_proxy(proxy.url);
        for (const auto& pin : pins) line.settings.trust.pins.push_back(tunnel::parse_pin(pin));
        if (app.count("--vnc-server") > 0) line.settings.vnc_server = {vnc_server::parse_address(server.address), server.password_file};
    } catch (const CLI::ParseError& end) {
        exit_code = app.exit(end) == 0 ? 0 : 2;
        return std::nullopt;
    } catch (const std::exception& problem) {
        exit_code = app.exit(CLI::ParseError(problem.what(), 2));
        return std::nullopt;
    }
    const auto config = read_config(config_file);
    const bool hub_of_file = line.settings.hub.empty();
    if (hub_of_file) line.settings.hub = config.text("hub.address");
    if (pins.empty() && hub_of_file)  // they are that hub's
        for (const auto& pin : config.texts("hub.pins")) line.settings.trust.pins.push_back(tunnel::parse_pin(pin));
    const auto folder = user_config_folder();
    line.settings.known_hubs = folder / "hubs";
    line.settings.kept_place = folder / "resume";
    line.settings.proxy_login = folder / "proxy-login";
    line.settings.network.ways_file = folder / "ways";
    line.settings.network.proxy = proxy_of(proxy, config);
    ProxyLogin(line.settings.proxy_login).fill_in(line.settings.network.proxy);
    if (const auto wrong = wrong_usage(line); !wrong.empty()) {
        exit_code = app.exit(CLI::ParseError(wrong, 2));
        return std::nullopt;
    }
    return line;
}

}  // namespace pronto::agent
