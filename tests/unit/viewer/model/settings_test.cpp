#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/random.hpp"
#include "rfb-ext/base/text.hpp"
#include "viewer/model/error_text.hpp"
#include "viewer/model/settings.hpp"
#include "viewer/model/ticket_text.hpp"

using namespace pronto;
using namespace pronto::viewer;

namespace {

/// A folder that goes with the test.
struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("pronto-test-" + hex(random_bytes(8)));
    Folder() { make_private_folder(path); }
    ~Folder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("settings come back as they were saved, for the user's eyes only") {
    Folder folder;
    SettingsFile file(folder.path / "new" / "console.toml");
    CHECK(file.load() == Settings{});
    Settings settings;
    settings.hub = "hub.example:8443";
    settings.user = "anna";
    settings.show_getting_started = false;
    settings.external_viewer = "'/opt/a viewer' -passwd {passfile} {host}::{port}";
    settings.proxy = "socks5://proxy.example:1080";
    settings.proxy_user = "DOMAIN\\anna";
    settings.proxy_login_for = "http://proxy.example:3128";
    settings.ticket_template = "Ciao \"{ticket}\",\n\tgrüße\n";
    tunnel::Pin pin{};
    pin[0] = 0xAB;
    settings.trust({"hub.example", 8443}, pin);
    settings.trust({"::1", 443}, pin);
    file.save(settings);
    CHECK(file.load() == settings);
    struct stat facts {};
    REQUIRE(::stat(file.path().c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    CHECK(settings.pins_of({"hub.example", 8443}) == std::vector{pin});
    CHECK(settings.pins_of({"hub.example", 443}).empty());
}

TEST_CASE("broken settings name the file and what is wrong") {
    Folder folder;
    SettingsFile file(folder.path / "console.toml");
    const auto refused = [&](std::string_view content) {
        write_file_atomically(file.path(), content);
        try {
            file.load();
            return std::string();
        } catch (const std::runtime_error& problem) {
            return std::string(problem.what());
        }
    };
    for (const auto* content : {"hub = ", "hub = 7", "show_getting_started = \"yes\"", "pins = 1", "[pins]\nh = 1", "[pins]\nh = [1]",
                                "[pins]\nh = [\"sha256:12\"]"}) {
        INFO(content);
        CHECK(refused(content).find(file.path().string()) != std::string::npos);
    }
    CHECK(refused("a_newer_key = 1").empty());
}

TEST_CASE("a portable console keeps its settings beside itself") {
    Folder folder;
    ::setenv("XDG_CONFIG_HOME", (folder.path / "home").c_str(), 1);
    const auto program = folder.path / "pronto-viewer";
    CHECK(settings_path(program) == folder.path / "home/pronto/console.toml");
    make_private_folder(folder.path / "pronto-settings");
    CHECK(settings_path(program) == folder.path / "pronto-settings/console.toml");
    std::filesystem::remove(folder.path / "pronto-settings");
    write_file_atomically(folder.path / "pronto-settings", "");
    CHECK(settings_path(program) == folder.path / "pronto-settings");
    ::unsetenv("XDG_CONFIG_HOME");
}

TEST_CASE("a ticket's text gets what it names, and nothing else changes") {
    TicketFacts facts{"1-E75B1", "hub.example:443", "anna", 1'700'000'000'000};
    CHECK(ticket_text("{ticket} {ticket}", facts) == "1-E75B1 1-E75B1");
    CHECK(ticket_text("{operator}@{hub}", facts) == "anna@hub.example:443");
    CHECK(ticket_text("{expires}", facts) == local_date_time(facts.expires));
    CHECK(ticket_text("{Ticket} {tick {} { ticket} {unknown", facts) == "{Ticket} {tick {} { ticket} {unknown");
    CHECK(ticket_text("", facts).empty());
    facts.operator_name = "{ticket}";
    CHECK(ticket_text("{operator}", facts) == "{ticket}");
    CHECK(ticket_text(default_ticket_template(), facts).find("1-E75B1") != std::string::npos);
}

TEST_CASE("times are written in local time") {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    CHECK(local_time(1'700'000'000'000) == "22:13:20");
    CHECK(local_date_time(1'700'000'000'000) == "14 Nov 2023, 22:13");
}

TEST_CASE("an error reads as sentences, however its parts were worded") {
    const auto text = [](const char* message, const char* remedy) { return in_words({control::Code::internal, message, remedy}); };
    CHECK(text("user name or password is wrong", "Check both and try again.") ==
          "User name or password is wrong. Check both and try again.");
    CHECK(text("Too long.", "") == "Too long.");
    CHECK(text("", "wait") == "Wait.");
    CHECK(text("Really?", "yes!") == "Really? Yes!");
    CHECK(text("", "").empty());
}

TEST_CASE("a proxy's password stands in a file of its own, for the user's eyes only, and can be forgotten") {
    Folder folder;
    SettingsFile file(folder.path / "new" / "console.toml");
    CHECK(file.load_proxy_password().text().empty());
    file.save_proxy_password(Secret(std::string("päss wörd")));
    CHECK(file.load_proxy_password().text() == "päss wörd");
    struct stat facts {};
    REQUIRE(::stat((folder.path / "new" / "console.proxy-password").c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    file.save(Settings{});
    CHECK(read_file(file.path()).find("wörd") == std::string::npos);
    file.save_proxy_password({});
    CHECK_FALSE(std::filesystem::exists(folder.path / "new" / "console.proxy-password"));
}
