#include "agent/command_line.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "rfb-ext/base/random.hpp"

using namespace pronto;
using namespace pronto::agent;

namespace {

const std::string pin_text = "sha256:" + std::string(64, '7');

/// The settings folder of nobody, so that the user's own file is not read.
struct Home {
    std::filesystem::path folder = std::filesystem::temp_directory_path() / ("pronto-home-" + random_id(1));
    Home() {
        std::filesystem::create_directories(folder / "pronto");
        setenv("XDG_CONFIG_HOME", folder.c_str(), 1);
    }
    ~Home() { std::filesystem::remove_all(folder); }
};

struct Parsed {
    int exit_code = -1;
    std::optional<CommandLine> line;
    explicit Parsed(std::vector<std::string> words) {
        words.insert(words.begin(), "pronto-agent");
        std::vector<char*> argv;
        for (auto& word : words) argv.push_back(word.data());
        line = parse_command_line(static_cast<int>(argv.size()), argv.data(), exit_code);
    }
};

}  // namespace

TEST_CASE("without options the window opens and asks for everything") {
    const Home home;
    const Parsed it({});
    REQUIRE(it.line);
    CHECK(it.line->window);
    CHECK(it.line->settings.hub.empty());
    CHECK(it.line->settings.known_hubs == home.folder / "pronto" / "hubs");
}

TEST_CASE("a script's options are understood") {
    const Home home;
    const Parsed it({"--hub", "hub.example:8443", "--hub-pin", pin_text, "--ticket", "1 e75b1", "--no-window", "--accept", "--once", "--json"});
    REQUIRE(it.line);
    CHECK_FALSE(it.line->window);
    CHECK(it.line->accept);
    CHECK(it.line->once);
    CHECK(it.line->json);
    CHECK(it.line->settings.trust.pins.size() == 1);
}

TEST_CASE("a VNC server is named with its port and the file of its password") {
    const Home home;
    const Parsed it({"--vnc-server", "127.0.0.1:5901", "--vnc-password-file", "vnc.txt"});
    REQUIRE(it.line);
    REQUIRE(it.line->settings.vnc_server);
    CHECK(tunnel::to_text(it.line->settings.vnc_server->address) == "127.0.0.1:5901");
    CHECK(it.line->settings.vnc_server->password_file == "vnc.txt");
    CHECK(Parsed({"--vnc-server", "desk"}).line->settings.vnc_server->address.port == 5900);
    CHECK_FALSE(Parsed({}).line->settings.vnc_server);
}

TEST_CASE("wrong usage ends with 2, help and version with 0") {
    const Home home;
    const auto words = GENERATE(std::vector<std::string>{"--no-window"}, std::vector<std::string>{"--no-window", "--hub", "h"},
                                std::vector<std::string>{"--accept"}, std::vector<std::string>{"--ticket", "zz"},
                                std::vector<std::string>{"--hub", "h:99999"}, std::vector<std::string>{"--hub-pin", "sha256:12"},
                                std::vector<std::string>{"--vnc-server", "a b"}, std::vector<std::string>{"--vnc-server", ""},
                                std::vector<std::string>{"--vnc-password-file", "f"},
                                std::vector<std::string>{"--vnc-server", "h", "--display", ":0"},
                                std::vector<std::string>{"--nonsense"});
    const Parsed wrong(words);
    CHECK_FALSE(wrong.line);
    CHECK(wrong.exit_code == 2);
    CHECK(Parsed({"--help"}).exit_code == 0);
    CHECK(Parsed({"--version"}).exit_code == 0);
}

TEST_CASE("the configuration file gives the hub and its keys, options win") {
    const Home home;
    std::ofstream(home.folder / "pronto" / "agent.toml") << "[hub]\naddress = \"file.example\"\npins = [\"" << pin_text << "\"]\n";
    CHECK(Parsed({}).line->settings.hub == "file.example");
    CHECK(Parsed({}).line->settings.trust.pins.size() == 1);
    CHECK(Parsed({"--hub", "option.example"}).line->settings.hub == "option.example");
    CHECK(Parsed({"--hub", "option.example"}).line->settings.trust.pins.empty());
    std::ofstream(home.folder / "other.toml") << "[hub]\nadress = \"x\"\n";
    CHECK_THROWS_WITH(Parsed({"--config", (home.folder / "other.toml").string()}), Catch::Contains("hub.address"));
}

TEST_CASE("the proxy is the computer's, the option's, or the file's") {
    const Home home;
    using Mode = tunnel::ProxySettings::Mode;
    CHECK(Parsed({}).line->settings.network.proxy.mode == Mode::system);
    CHECK(Parsed({"--proxy", "none"}).line->settings.network.proxy.mode == Mode::none);
    const auto password = home.folder / "password";
    std::ofstream(password) << "s3cret\n";
    const Parsed typed({"--proxy", "socks5://proxy.example", "--proxy-user", "anna", "--proxy-password-file", password.string()});
    CHECK(typed.line->settings.network.proxy.mode == Mode::custom);
    CHECK(typed.line->settings.network.proxy.user == "anna");
    CHECK(typed.line->settings.network.proxy.login_for_any);
    CHECK(typed.line->settings.network.proxy.password.text() == "s3cret");
    CHECK(typed.line->settings.network.ways_file == home.folder / "pronto" / "ways");
    CHECK(Parsed({"--proxy", "ftp://proxy.example"}).exit_code == 2);
    CHECK_THROWS_WITH(Parsed({"--proxy-password-file", "/no/such/file"}), Catch::Contains("/no/such/file"));

    std::ofstream(home.folder / "pronto" / "agent.toml")
        << "[proxy]\nurl = \"http://proxy.example:3128\"\nuser = \"otto\"\npassword_file = \"" << password.string() << "\"\n";
    const Parsed of_file({});
    CHECK(of_file.line->settings.network.proxy.url == "http://proxy.example:3128");
    CHECK(of_file.line->settings.network.proxy.user == "otto");
    CHECK(of_file.line->settings.network.proxy.password.text() == "s3cret");
    CHECK(Parsed({"--proxy", "none"}).line->settings.network.proxy.mode == Mode::none);
}

TEST_CASE("a script needs no ticket where the last connection can be gone on with") {
    const Home home;
    CHECK(Parsed({"--hub", "hub.example", "--no-window"}).exit_code == 2);
    std::ofstream(home.folder / "pronto" / "resume") << "hub hub.example:443\n";
    const Parsed it({"--hub", "hub.example", "--no-window"});
    REQUIRE(it.line);
    CHECK(it.line->settings.kept_place == home.folder / "pronto" / "resume");
}
