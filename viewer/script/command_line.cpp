#include "viewer/script/command_line.hpp"

#include <map>
#include <sstream>
#include <stdexcept>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/base/version.hpp"
#include "rfb-ext/tunnel/proxy_settings.hpp"

namespace pronto::viewer {

namespace {

constexpr auto examples =
    "Examples:\n"
    "  pronto-viewer\n"
    "      opens the console\n"
    "  pronto-viewer check --hub hub.example\n"
    "      tests the way to a hub, step by step\n"
    "  pronto-viewer play 1-0123456789abcdef.fbs\n"
    "      plays a movie\n"
    "  pronto-viewer ticket --hub hub.example --user anna --password-file ~/.pronto-password\n"
    "      prints a fresh ticket\n"
    "  pronto-viewer bridge NETCECK-E75B1 --port 5999 --hub hub.example --user anna --password-file ~/.pronto-password\n"
    "      lets a VNC viewer of this computer show that guest's screen: xtigervncviewer 127.0.0.1::5999\n"
    "  pronto-viewer session any --no-window --hub hub.example --user anna --password-file ~/.pronto-password \\\n"
    "      --wait-for-guest 600 --click 200,150 --type 'uname -a' --key Return --wait-change 5000 \\\n"
    "      --wait-still 300 --save screen.png --problem 'which kernel?' --solution 'see picture' --json\n"
    "      helps the first guest that comes, by a script\n";

constexpr auto session_footer =
    "STEPS are played in the order given. What has several parts takes them with commas (--click 200,150,right) or quoted with\n"
    "spaces (--click '200 150 right'). They may also stand in a --script FILE, one a line, without the dashes:\n"
    "  type TEXT | key NAME[+NAME] | move X Y | click X Y [left|middle|right] | wait-change [MS] |\n"
    "  wait-still MS [AT-MOST-MS] | sleep MS | save FILE.png | clipboard TEXT |\n"
    "  record on|off | end\n"
    "Exit codes: 0 done, 1 failed (refused, timed out, lost, a step that did not come true), 2 wrong usage.\n";

constexpr auto bridge_footer =
    "The pass that is printed opens the port for one viewer, once. If a session runs with HOST already, it is joined. It ends\n"
    "(joined: your part of it) when the viewer leaves; Ctrl+C ends it, too. So does a pause of the recording, after which the\n"
    "screen comes anew.\n"
    "Example:\n"
    "  pronto-viewer bridge NETCECK-E75B1 --port 5999 --viewer-passwd pass --hub hub.example --user anna --password-file anna.txt\n"
    "  xtigervncviewer -passwd pass 127.0.0.1::5999\n"
    "Exit codes: 0 a viewer was here, or Ctrl+C ended the waiting for one, 1 failed (no guest, refused, lost), 2 wrong usage.\n";

/// What CLI11 fills in; made into a Command afterwards.
struct Typed {
    CommonOptions common;
    std::string hub, user, password_file;
    std::vector<std::string> pins;
    bool json = false;
    std::string movie, key_file;
    std::string host_password_file, viewer_passwd;
    std::string proxy, proxy_user, proxy_password_file;
    std::uint16_t port = 0;

    std::string guest, script, category, problem, solution, outcome = "solved", report;
    bool no_window = false, view_only = false, end = false;
    double wait_for_guest = 10, timeout = 120;
};

struct Parser {
    CLI::App app{"Pronto's operator console.", "pronto-viewer"};
    Typed typed;
    CLI::App* session = nullptr;
    CLI::App* ticket = nullptr;
    CLI::App* play = nullptr;
    CLI::App* bridge = nullptr;
    CLI::App* check = nullptr;
    std::map<const CLI::Option*, std::string> step_options;  ///< and the step that each is

    Parser();
    void add_common(CLI::App& to);
    CLI::Option* add_hub(CLI::App& to);
    void add_account(CLI::App& to, bool needed);
    void add_guest(CLI::App& to);
    void add_session_options();
    void add_bridge();
    void add_check();
    void add_proxy(CLI::App& to);
    CommonOptions common() const;
    void add_steps();
    std::vector<Step> steps() const;
    Account account() const;
    tunnel::Trust trust() const;
    std::optional<control::ReportSave> report() const;
    std::string host_password() const;
    Command session_command() const;
    Command bridge_command() const;
    Command command() const;
};

Parser::Parser() {
    app.footer(examples);
    app.set_version_flag("--version", fmt::format("pronto-viewer {}", version));
    app.require_subcommand(0, 1);
    add_common(app);
    add_account(app, false);
    ticket = app.add_subcommand("ticket", "Prints a fresh ticket");
    add_common(*ticket);
    add_account(*ticket, true);
    ticket->add_flag("--json", typed.json, "Print one JSON object: ticket, expires, text");
    play = app.add_subcommand("play", "Plays a movie (.fbs)");
    add_common(*play);
    play->add_option("FILE", typed.movie, "The movie")->required()->type_name("");
    play->add_option("--key-file", typed.key_file, "The hub's key file, for a sealed movie")->type_name("FILE");
    session = app.add_subcommand("session", "Helps a guest by a script, without a window");
    add_common(*session);
    add_account(*session, true);
    add_session_options();
    add_steps();
    session->footer(session_footer);
    add_bridge();
    add_check();
}

void Parser::add_bridge() {
    bridge = app.add_subcommand("bridge", "Lets a VNC viewer of this computer show a guest's screen");
    add_common(*bridge);
    add_account(*bridge, true);
    add_guest(*bridge);
    bridge->add_option("--port", typed.port, "The port on 127.0.0.1 and ::1; 0, the default, is any free one")
        ->type_name("PORT")
        ->check(CLI::Range(0, 65'535).description(""));
    bridge->add_option("--viewer-passwd", typed.viewer_passwd, "Write the pass there as vncpasswd does, for a viewer's -passwd")
        ->type_name("FILE");
    bridge->add_flag("--json", typed.json, "Progress goes to standard error, one JSON object a line to standard output: event offered "
                                           "(host, port, pass), taken, ended");
    bridge->footer(bridge_footer);
}

void Parser::add_check() {
    check = app.add_subcommand("check", "Tests the way to a hub, step by step; needs no log-in");
    add_common(*check);
    add_hub(*check);
    add_proxy(*check);
    check->add_flag("--json", typed.json, "One JSON object");
    check->footer("Exit codes: 0 everything works, 1 something does not, 2 wrong usage.\n");
}

void Parser::add_proxy(CLI::App& to) {
    to.add_option("--proxy", typed.proxy, "Reach the hub by this proxy; none; or as the system says (system)")
        ->type_name("URL|none|system");
    to.add_option("--proxy-user", typed.proxy_user, "For a proxy that asks; DOMAIN\\NAME for NTLM")->type_name("NAME");
    to.add_option("--proxy-password-file", typed.proxy_password_file, "A file whose first line is the password for the proxy")
        ->type_name("FILE");
}

CommonOptions Parser::common() const {
    auto options = typed.common;
    if (!typed.proxy.empty()) options.proxy.proxy = tunnel::parse_proxy(typed.proxy);
    options.proxy.user = typed.proxy_user;
    if (typed.proxy_password_file.empty()) return options;
    options.proxy.password = Secret(read_secret(typed.proxy_password_file));
    if (options.proxy.password.text().empty())
        throw std::runtime_error(fmt::format("--proxy-password-file {}: its first line is empty", typed.proxy_password_file));
    return options;
}

void Parser::add_common(CLI::App& to) {
    to.add_option("--config", typed.common.config, "The settings file, instead of the usual one")->type_name("FILE");
    to.add_option("--log", typed.common.log_file, "Write a log to this file, too")->type_name("FILE");
    to.add_flag("--verbose", typed.common.verbose, "Log more");
}

CLI::Option* Parser::add_hub(CLI::App& to) {
    to.add_option("--hub-pin", typed.pins, "Trust a hub with this key only; may be given twice (current and next)")
        ->type_name("sha256:HEX")
        ->take_all()
        ->allow_extra_args(false);
    return to.add_option("--hub", typed.hub, "The hub's name and port (443)")->type_name("HOST[:PORT]");
}

void Parser::add_account(CLI::App& to, bool needed) {
    auto* hub = add_hub(to);
    auto* user = to.add_option("--user", typed.user, "The operator's name")->type_name("NAME");
    add_proxy(to);
    if (!needed) return;
    hub->required();
    user->required();
    to.add_option("--password-file", typed.password_file, "A file whose first line is the operator's password")
        ->type_name("FILE")
        ->required();
}

void Parser::add_guest(CLI::App& to) {
    to.add_option("host", typed.guest, "Who: NETCECK-210EB, a ticket, or any (the first guest that comes)")
        ->required()
        ->type_name("HOST");
    to.add_flag("--view-only", typed.view_only, "Look, do not touch");
    to.add_option("--host-password-file", typed.host_password_file,
                  "A file whose first line is the password of a VNC server that has one")
        ->type_name("FILE");
    to.add_option("--wait-for-guest", typed.wait_for_guest, "Wait so long for HOST to come online (10)")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.0, 86'400.0).description(""));
}

void Parser::add_session_options() {
    add_guest(*session);
    session->add_flag("--no-window", typed.no_window, "Required: work by script, without a window");
    session->add_option("--timeout", typed.timeout, "Give up after so long in all (120)")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.001, 86'400.0).description(""));
    session->add_option("--script", typed.script, "A file of steps, played before those given as options")->type_name("FILE");
    session->add_option("--problem", typed.problem, "Report: the problem");
    session->add_option("--solution", typed.solution, "Report: the solution");
    session->add_option("--category", typed.category, "Report: the category");
    session->add_option("--outcome", typed.outcome, "Report: solved, not_solved or follow_up");
    session->add_option("--report", typed.report, "Report in one: problem=...,solution=...,category=...,outcome=...");
    session->add_flag("--json", typed.json, "Progress goes to standard error, one JSON object to standard output");
}

void Parser::add_steps() {
    const auto add = [this](const char* name, const char* type, const char* what) {
        const std::string description = what;
        auto* option = session->add_option(std::string("--") + name, description);
        option->type_name(type)->take_all()->group("STEPS");
        step_options[option] = name;
    };
    add("type", "TEXT", "Type these characters");
    add("key", "NAME[+NAME]", "Press a key or keys together: Return, Ctrl+Alt+Delete");
    add("move", "X,Y", "Move the pointer");
    add("click", "X,Y[,BUTTON]", "Click there, with the left (the default), middle or right button: 200,150,right");
    add("wait-change", "MS", "Wait until the screen changes, at most so long");
    add("wait-still", "MS[,AT-MOST-MS]", "Wait until nothing has changed for so long");
    add("sleep", "MS", "Do nothing for so long");
    add("save", "FILE", "Save the screen as a PNG picture");
    add("clipboard", "TEXT", "Put this text into the guest's clipboard");
    add("record", "on|off", "Let the recording go on, or pause it");
    auto* end = session->add_flag("--end", typed.end, "End the session (it ends after the last step anyway)");
    end->group("STEPS");
    step_options[end] = "end";
}

Step step_of(const CLI::Option& option, const std::string& name, std::size_t which) {
    if (name == "end") return step::End{};
    try {
        return parse_step(name + ' ' + option.results().at(which));
    } catch (const std::runtime_error& problem) {
        throw std::runtime_error(fmt::format("{}; as an option: --{} {}", problem.what(), name, option.get_type_name()));
    }
}

std::vector<Step> Parser::steps() const {
    std::vector<Step> all;
    if (!typed.script.empty()) {
        try {
            all = parse_script(read_file(typed.script));
        } catch (const std::runtime_error& problem) {
            throw std::runtime_error(fmt::format("--script {}: {}", typed.script, problem.what()));
        }
    }
    std::map<const CLI::Option*, std::size_t> used;
    for (const auto* option : session->parse_order()) {
        const auto found = step_options.find(option);
        if (found == step_options.end()) continue;
        all.push_back(step_of(*option, found->second, used[option]++));
    }
    check_order(all);
    return all;
}

tunnel::Trust Parser::trust() const {
    tunnel::Trust trust;
    for (const auto& pin : typed.pins) trust.pins.push_back(tunnel::parse_pin(pin));
    return trust;
}

Account Parser::account() const {
    auto password = read_secret(typed.password_file);
    if (password.empty()) throw std::runtime_error(fmt::format("--password-file {}: its first line is empty", typed.password_file));
    return {tunnel::parse_hub_address(typed.hub), trust(), typed.user, std::move(password)};
}

using Fields = std::map<std::string, std::string>;

/// Where the next ",name=" with a known name begins; texts may have commas of their own.
std::size_t next_field(const std::string& text, std::size_t from, const Fields& known) {
    for (auto comma = text.find(',', from); comma != std::string::npos; comma = text.find(',', comma + 1)) {
        const auto equals = text.find('=', comma);
        if (equals != std::string::npos && known.contains(text.substr(comma + 1, equals - comma - 1))) return comma;
    }
    return text.size();
}

void take_fields(const std::string& text, Fields& fields) {
    for (std::size_t at = 0; at < text.size();) {
        const auto end = next_field(text, at, fields);
        const auto field = text.substr(at, end - at);
        const auto equals = std::min(field.find('='), field.size());
        const auto found = fields.find(field.substr(0, equals));
        if (equals == field.size() || found == fields.end())
            throw std::runtime_error(fmt::format("--report: \"{}\" is not problem=..., solution=..., category=... or outcome=...",
                                                 field));
        found->second = field.substr(equals + 1);
        at = end + 1;
    }
}

std::optional<control::ReportSave> Parser::report() const {
    Fields fields{
        {"problem", typed.problem}, {"solution", typed.solution}, {"category", typed.category}, {"outcome", typed.outcome}};
    take_fields(typed.report, fields);
    const auto outcome = control::outcome_from(fields["outcome"]);
    if (!outcome) throw std::runtime_error(fmt::format("the outcome \"{}\" is not solved, not_solved or follow_up", fields["outcome"]));
    const bool given = session->count("--outcome") > 0 || !typed.report.empty() || !typed.problem.empty() ||
                       !typed.solution.empty() || !typed.category.empty();
    if (!given) return std::nullopt;
    return control::ReportSave{{}, fields["problem"], fields["solution"], fields["category"], *outcome};
}

std::string Parser::host_password() const {
    return typed.host_password_file.empty() ? std::string() : read_secret(typed.host_password_file);
}

Command Parser::bridge_command() const {
    BridgeCommand command{common(), {}, typed.port, typed.viewer_passwd, typed.json};
    command.order.account = account();
    command.order.guest = typed.guest;
    command.order.mode = typed.view_only ? control::Mode::view : control::Mode::control;
    command.order.host_password = host_password();
    command.order.wait_for_guest = Millis(static_cast<std::int64_t>(typed.wait_for_guest * 1'000));
    return command;
}

Command Parser::session_command() const {
    SessionCommand command{common(), {}, typed.json};
    if (!typed.no_window) throw std::runtime_error("a scripted session needs --no-window; for sessions in a window start pronto-viewer alone and log in");
    command.order.account = account();
    command.order.guest = typed.guest;
    command.order.mode = typed.view_only ? control::Mode::view : control::Mode::control;
    command.order.host_password = host_password();
    command.order.wait_for_guest = Millis(static_cast<std::int64_t>(typed.wait_for_guest * 1'000));
    command.order.timeout = Millis(static_cast<std::int64_t>(typed.timeout * 1'000));
    command.order.steps = steps();
    command.order.report = report();
    return command;
}

Command Parser::command() const {
    if (ticket->parsed()) return TicketCommand{common(), account(), typed.json};
    if (play->parsed()) return PlayCommand{common(), typed.movie, typed.key_file};
    if (session->parsed()) return session_command();
    if (bridge->parsed()) return bridge_command();
    if (!typed.hub.empty()) (void)tunnel::parse_hub_address(typed.hub);
    if (check->parsed()) return CheckCommand{common(), typed.hub, trust(), typed.json};
    return ConsoleCommand{common(), typed.hub, trust(), typed.user};
}

/// The likeliest case of an argument too many: a command misspelt.
Notice unknown_word(const CLI::App& app, const CLI::ExtrasError& problem) {
    std::string text = problem.what();
    const auto extras = app.remaining();
    if (app.get_subcommands().empty() && !extras.empty() && extras.front().front() != '-') {
        const auto near = nearest(extras.front(), {"bridge", "check", "play", "session", "ticket"});
        text = fmt::format("there is no command \"{}\"; {}", extras.front(),
                           near.empty() ? "bridge, check, play, session and ticket are known" : fmt::format("did you mean {}?", near));
    }
    return Notice{fmt::format("{}\nRun with --help for more information.\n", text), 2};
}

}  // namespace

tunnel::ProxySettings ProxyOptions::over(tunnel::ProxySettings settings) const {
    // What the settings know of a user is for their proxy.
    if (proxy) settings = *proxy;
    if (!user.empty()) {
        settings.user = user;
        settings.password = {};
    }
    if (!password.text().empty()) settings.password = password;
    if (!user.empty() || !password.text().empty()) settings.login_for_any = true;
    return settings;
}

Command parse_command_line(int argc, const char* const* argv) {
    Parser parser;
    try {
        parser.app.parse(argc, argv);
        return parser.command();
    } catch (const CLI::ExtrasError& problem) {
        return unknown_word(parser.app, problem);
    } catch (const CLI::ParseError& problem) {
        std::ostringstream out;
        std::ostringstream err;
        const int code = parser.app.exit(problem, out, err);
        return Notice{out.str() + err.str(), code == 0 ? 0 : 2};
    } catch (const std::runtime_error& problem) {
        return Notice{fmt::format("{}\nRun with --help for more information.\n", problem.what()), 2};
    }
}

}  // namespace pronto::viewer
