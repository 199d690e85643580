#include <catch2/catch.hpp>

#include <filesystem>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/random.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/tunnel/proxy_settings.hpp"
#include "viewer/script/command_line.hpp"

using namespace pronto;
using namespace pronto::viewer;

namespace {

struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("pronto-test-" + hex(random_bytes(8)));
    Folder() {
        make_private_folder(path);
        write_file_atomically(path / "password", "secret\n");
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string operator/(const char* name) const { return (path / name).string(); }
};

Command parse(const std::vector<std::string>& words) {
    std::vector<const char*> argv{"pronto-viewer"};
    for (const auto& word : words) argv.push_back(word.c_str());
    return parse_command_line(static_cast<int>(argv.size()), argv.data());
}

std::vector<std::string> session_words(const Folder& folder, std::vector<std::string> more) {
    std::vector<std::string> words{"session", "any", "--no-window", "--hub", "hub.example", "--user", "anna",
                                   "--password-file", folder / "password"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

}  // namespace

TEST_CASE("without a command it is the console") {
    const auto command = std::get<ConsoleCommand>(parse({"--hub", "hub.example:8443", "--config", "a.toml"}));
    CHECK(command.hub == "hub.example:8443");
    CHECK(command.common.config == "a.toml");
    CHECK(std::get<ConsoleCommand>(parse({})).hub.empty());
}

TEST_CASE("play names a movie, whatever it is called") {
    CHECK(std::get<PlayCommand>(parse({"play", "a.fbs"})).movie == "a.fbs");
    CHECK(std::get<PlayCommand>(parse({"play", "--", "-a.fbs"})).movie == "-a.fbs");
    CHECK(std::get<PlayCommand>(parse({"play", "a.fbs"})).key_file.empty());
    CHECK(std::get<PlayCommand>(parse({"play", "a.fbs", "--key-file", "b.key"})).key_file == "b.key");
    CHECK(std::get<Notice>(parse({"play"})).exit_code == 2);
}

TEST_CASE("a misspelt command and a step that is no step say what was meant") {
    Folder folder;
    const auto wrong = std::get<Notice>(parse({"sesion"}));
    CHECK(wrong.exit_code == 2);
    CHECK(wrong.text.find("there is no command \"sesion\"; did you mean session?") == 0);
    const auto click = std::get<Notice>(parse(session_words(folder, {"--click", "12"})));
    CHECK(click.exit_code == 2);
    CHECK(click.text.find("as an option: --click X,Y[,BUTTON]") != std::string::npos);
    const auto quoted = std::get<SessionCommand>(parse(session_words(folder, {"--click", "1 2 right"})));
    CHECK(quoted.order.steps == std::vector<Step>{parse_step("click 1,2,right")});
}

TEST_CASE("steps keep the order of the command line, whatever their kind") {
    Folder folder;
    const auto command = std::get<SessionCommand>(parse(session_words(
        folder, {"--type", "ls -l", "--key", "Return", "--click", "10,20", "--type", "x", "--wait-still", "300", "--key", "Ctrl+c",
                 "--wait-change", "50", "--save", "a.png", "--end", "--json", "--view-only", "--timeout", "1.5"})));
    const std::vector<Step> expected{
        parse_step("type ls -l"), parse_step("key Return"),     parse_step("click 10 20"),    parse_step("type x"),
        parse_step("wait-still 300"), parse_step("key Ctrl+c"), parse_step("wait-change 50"), parse_step("save a.png"),
        parse_step("end"),
    };
    CHECK(command.order.steps == expected);
    CHECK(command.json);
    CHECK(command.order.mode == control::Mode::view);
    CHECK(command.order.timeout == Millis(1'500));
    CHECK(command.order.guest == "any");
    CHECK(command.order.account.password == "secret");
    CHECK(command.order.account.hub == tunnel::HubAddress{"hub.example", 443});
    CHECK_FALSE(command.order.report);
}

TEST_CASE("a script file comes first") {
    Folder folder;
    write_file_atomically(folder.path / "script", "move 1 2\nsleep 5\n");
    const auto command = std::get<SessionCommand>(parse(session_words(folder, {"--sleep", "7", "--script", folder / "script"})));
    CHECK(command.order.steps == std::vector<Step>{parse_step("move 1 2"), parse_step("sleep 5"), parse_step("sleep 7")});
}

TEST_CASE("pins may be given twice and do not swallow what follows") {
    Folder folder;
    const std::string pin = "sha256:" + std::string(64, 'a');
    const auto command = std::get<TicketCommand>(parse({"ticket", "--hub-pin", pin, "--hub-pin", pin, "--hub", "[::1]:9", "--user", "anna",
                                                        "--password-file", folder / "password"}));
    CHECK(command.account.trust.pins.size() == 2);
    const auto session = std::get<SessionCommand>(parse({"session", "--no-window", "--hub", "h", "--user", "anna", "--password-file",
                                                         folder / "password", "--hub-pin", pin, "NETCECK-210EB"}));
    CHECK(session.order.guest == "NETCECK-210EB");
}

TEST_CASE("the report comes in parts or in one, with commas of its own") {
    Folder folder;
    const auto parts = std::get<SessionCommand>(
        parse(session_words(folder, {"--problem", "a, b", "--outcome", "follow_up", "--category", "c"})));
    CHECK(parts.order.report == control::ReportSave{{}, "a, b", "", "c", control::Outcome::follow_up});
    const auto one = std::get<SessionCommand>(
        parse(session_words(folder, {"--report", "problem=a, b=c,solution=d,e,outcome=not_solved"})));
    CHECK(one.order.report == control::ReportSave{{}, "a, b=c", "d,e", "", control::Outcome::not_solved});
}

TEST_CASE("wrong usage says what is wrong and exits with 2") {
    Folder folder;
    write_file_atomically(folder.path / "empty", "\n");
    const auto wrong = [](const std::vector<std::string>& words, const std::string& part) {
        const auto notice = std::get<Notice>(parse(words));
        INFO(notice.text);
        CHECK(notice.exit_code == 2);
        CHECK(notice.text.find(part) != std::string::npos);
    };
    wrong({"session"}, "required");
    wrong({"--nonsense"}, "nonsense");
    wrong(session_words(folder, {"--key", "Retrun"}), "did you mean Return");
    wrong(session_words(folder, {"--end", "--sleep", "1"}), "last step");
    wrong(session_words(folder, {"--hub-pin", "sha256:12"}), "pin");
    wrong(session_words(folder, {"--outcome", "great"}), "great");
    wrong(session_words(folder, {"--report", "mood=good"}), "mood");
    wrong(session_words(folder, {"--timeout", "-1"}), "timeout");
    wrong(session_words(folder, {"--script", folder / "none"}), "none");
    wrong({"session", "any", "--hub", "h", "--user", "anna", "--password-file", folder / "password"}, "--no-window");
    wrong({"ticket", "--hub", "h", "--user", "anna", "--password-file", folder / "empty"}, "empty");
    wrong({"ticket", "--hub", "h", "--user", "anna", "--password-file", folder / "none"}, "none");
    wrong({"ticket", "--hub", "h:x", "--user", "anna", "--password-file", folder / "password"}, "h:x");
}

TEST_CASE("help and version are no failure") {
    for (const auto& words : {std::vector<std::string>{"--help"}, {"session", "--help"}, {"ticket", "--help"}, {"--version"}}) {
        const auto notice = std::get<Notice>(parse(words));
        CHECK(notice.exit_code == 0);
        CHECK_FALSE(notice.text.empty());
    }
    CHECK(std::get<Notice>(parse({"--help"})).text.find("Examples:") != std::string::npos);
}

TEST_CASE("the help lists every step as a script has it") {
    const auto text = std::get<Notice>(parse({"session", "--help"})).text;
    for (const char* step : {"type TEXT", "key NAME", "move X Y", "click X Y", "wait-change [MS]", "wait-still MS", "sleep MS",
                             "save FILE.png", "clipboard TEXT", "record on|off", "end"})
        CHECK(text.find(step, text.find("--script FILE, one a line")) != std::string::npos);
}

TEST_CASE("a bridge names a guest, a port and where the pass goes") {
    Folder folder;
    const auto words = [&](std::vector<std::string> more) {
        std::vector<std::string> all{"bridge", "PC-210EB", "--hub", "hub.example", "--user", "anna", "--password-file",
                                     folder / "password"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    };
    write_file_atomically(folder.path / "server", "of the server\n");
    const auto command = std::get<BridgeCommand>(parse(words({"--port", "5999", "--viewer-passwd", "pass", "--view-only",
                                                              "--host-password-file", folder / "server", "--json"})));
    CHECK(command.order.guest == "PC-210EB");
    CHECK(command.order.account.password == "secret");
    CHECK(command.order.host_password == "of the server");
    CHECK(command.order.mode == control::Mode::view);
    CHECK(command.port == 5999);
    CHECK(command.viewer_passwd == "pass");
    CHECK(command.json);
    CHECK(std::get<BridgeCommand>(parse(words({}))).port == 0);
    CHECK(std::get<Notice>(parse(words({"--port", "65536"}))).exit_code == 2);
    CHECK(std::get<Notice>(parse(words({"--host-password-file", folder / "none"}))).exit_code == 2);
    CHECK(std::get<Notice>(parse({"bridge"})).exit_code == 2);
}

TEST_CASE("a scripted session takes a VNC server's password from a file") {
    Folder folder;
    write_file_atomically(folder.path / "server", "of the server\n");
    const auto command =
        std::get<SessionCommand>(parse(session_words(folder, {"--host-password-file", folder / "server"})));
    CHECK(command.order.host_password == "of the server");
}

TEST_CASE("a proxy may be given to every command that dials, its password in a file") {
    const Folder folder;
    const auto command = parse({"check", "--hub", "hub.example", "--proxy", "proxy.example:3128", "--proxy-user", "DOMAIN\\anna",
                                 "--proxy-password-file", folder / "password", "--json"});
    const auto& check = std::get<CheckCommand>(command);
    CHECK(check.hub == "hub.example");
    CHECK(check.json);
    const auto proxy = check.common.proxy.over({});
    CHECK(proxy.mode == tunnel::ProxySettings::Mode::custom);
    CHECK(proxy.url == "http://proxy.example:3128");
    CHECK(proxy.user == "DOMAIN\\anna");
    CHECK(proxy.password.text() == "secret");
}

TEST_CASE("what the command line says of a proxy goes over the settings, and no further") {
    tunnel::ProxySettings settings;
    settings.mode = tunnel::ProxySettings::Mode::custom;
    settings.url = "http://kept.example:3128";
    settings.user = "kept";
    settings.password = Secret(std::string("kept secret"));
    ProxyOptions options;
    CHECK_FALSE(options.given());
    options.password = Secret(std::string("another"));
    CHECK(options.given());
    CHECK(options.over(settings).user == "kept");
    CHECK(options.over(settings).password.text() == "another");
    CHECK(options.over(settings).login_for_any);
    options = {};
    options.user = "bruno";
    CHECK(options.over(settings).url == "http://kept.example:3128");
    CHECK(options.over(settings).password.text().empty());
    options = {};
    options.proxy = tunnel::ProxySettings{tunnel::ProxySettings::Mode::none};
    CHECK(options.over(settings).mode == tunnel::ProxySettings::Mode::none);
    CHECK(options.over(settings).user.empty());
}

TEST_CASE("a proxy that is none, or an empty password, is a wrong usage") {
    const Folder folder;
    write_file_atomically(folder.path / "empty", "\n");
    for (const auto& words : {std::vector<std::string>{"--proxy", "http://user:secret@proxy"}, {"--proxy", "gopher://proxy"},
                                  {"--proxy-password-file", folder / "empty"}, {"--proxy-password-file", folder / "none"}})
        CHECK(std::get<Notice>(parse(words)).exit_code == 2);
}
