#include "repeater/config.hpp"

#include <fstream>
#include <map>

#include <fmt/ranges.h>
#include <catch2/catch.hpp>

#include "rfb-ext/base/files.hpp"
#include "tests/unit/db/scratch.hpp"

using namespace pronto;

namespace {

HubConfig from_toml(const std::string& text) {
    const test::Scratch folder;
    std::ofstream(folder / "hub.toml") << text;
    Config config(hub_config_keys());
    config.load(folder / "hub.toml");
    return hub_config_from(config, "/data");
}

/// As TOML writes it: what stands in the document's column of defaults.
std::string toml_of(const Config::Value& value) {
    struct Writer {
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(const std::string& text) const { return '"' + text + '"'; }
        std::string operator()(const std::vector<std::int64_t>& list) const { return fmt::format("{}", list); }
        std::string operator()(const std::vector<std::string>& list) const { return fmt::format("{}", list); }
    };
    return std::visit(Writer{}, value);
}

/// Key -> default of the table's rows "| `key` | `default` | meaning |".
std::map<std::string, std::string> documented() {
    std::map<std::string, std::string> keys;
    std::ifstream document("docs/configuration.md");
    REQUIRE(document);
    for (std::string line; std::getline(document, line);) {
        if (line.rfind("| `", 0) != 0) continue;
        const auto key_end = line.find('`', 3);
        const auto value = line.find('`', key_end + 1) + 1;
        const auto value_end = line.find('`', value);
        const auto meaning = line.find("| ", value_end);
        CHECK(line.size() > meaning + 10);
        keys[line.substr(3, key_end - 3)] = line.substr(value, value_end - value);
    }
    return keys;
}

}  // namespace

TEST_CASE("the document has every key with its default, and no other") {
    std::map<std::string, std::string> known;
    for (const auto& key : hub_config_keys()) known[key.name] = toml_of(key.fallback);
    CHECK(documented() == known);
}

TEST_CASE("the document's example is a valid configuration") {
    const auto document = read_file("docs/configuration.md");
    const auto begin = document.find("```toml\n") + 8;
    const auto config = from_toml(document.substr(begin, document.find("```", begin) - begin));
    CHECK(config.hub.name == "support.example.org");
    CHECK(config.listen.ports == std::vector<std::uint16_t>{443});
    CHECK(config.recording.retention.days == 14);
}

TEST_CASE("without configuration everything has a useful value") {
    const auto config = from_toml("");
    CHECK(config.data == "/data");
    CHECK(config.hub.node == 1);
    CHECK(config.listen.ports == std::vector<std::uint16_t>{443, 3128, 8080});
    CHECK_FALSE(config.listen.explicit_ports);
    CHECK((config.listen.address == "::" || config.listen.address == "0.0.0.0"));
    CHECK(config.tls.certificate.empty());
    CHECK(config.ticket_life == std::chrono::minutes(60));
    CHECK(config.consent_timeout == std::chrono::seconds(30));
    CHECK(config.recording.enabled);
    CHECK(config.recording.folder == "/data/recordings");
    CHECK(config.recording.on_failure == HubConfig::OnFailure::end_session);
    CHECK(config.recording.queue_bytes == 32 * 1024 * 1024);
    CHECK_FALSE(config.recording.encrypt);
    CHECK(config.recording.key_file.empty());
    CHECK(config.limits.handshake == std::chrono::seconds(10));
    CHECK(config.trusted_proxies.empty());
    CHECK(config.log_level == log::Level::info);
}

TEST_CASE("what is given counts") {
    const auto config = from_toml(R"(
[listen]
address = "127.0.0.1"
ports = [8443]
[tls]
certificate = "/etc/cert.pem"
key = "/etc/key.pem"
[recording]
on_failure = "continue"
folder = "/movies"
[http]
trusted_proxies = ["10.0.0.1", "FD00:0::1"]
[log]
level = "debug"
)");
    CHECK(config.listen.address == "127.0.0.1");
    CHECK(config.listen.ports == std::vector<std::uint16_t>{8443});
    CHECK(config.listen.explicit_ports);
    CHECK(config.tls.key == "/etc/key.pem");
    CHECK(config.recording.on_failure == HubConfig::OnFailure::continue_);
    CHECK(config.recording.folder == "/movies");
    CHECK(config.trusted_proxies == std::vector<std::string>{"10.0.0.1", "fd00::1"});
    CHECK(config.log_level == log::Level::debug);
}

TEST_CASE("what cannot be is refused in words") {
    using Catch::Contains;
    CHECK_THROWS_WITH(from_toml("[tls]\nkey = \"/k\""), Contains("go together"));
    CHECK_THROWS_WITH(from_toml("[listen]\naddress = \"localhost\""),
                      Contains("listen.address") && Contains("IP address"));
    CHECK_THROWS_WITH(from_toml("[listen]\nports = []"), Contains("needs a port"));
    CHECK_THROWS_WITH(from_toml("[listen]\nports = [70000]"), Contains("65535"));
    CHECK_THROWS_WITH(from_toml("[listen]\nport = 443"), Contains("did you mean \"listen.ports\"?"));
    CHECK_THROWS_WITH(from_toml("[recording]\nencrypt = true\n"),
                      Contains("recording.key_file") && Contains("pronto-repeater recording key"));
    CHECK_THROWS_WITH(from_toml("[recording]\nkey_file = \"/data/movies.key\"\n"), Contains("lies in /data"));
    CHECK_THROWS_WITH(from_toml("[recording]\nfolder = \"/movies\"\nkey_file = \"/movies/key\"\n"),
                      Contains("lies in /movies"));
    CHECK_THROWS_WITH(from_toml("[recording]\nkey_file = \"keys/movies.key\"\n"),
                      Contains("recording.key_file is \"keys/movies.key\"") && Contains("must begin with /") &&
                          Contains(std::filesystem::absolute("keys/movies.key").string()));
    CHECK_THROWS_WITH(from_toml("[recording]\non_failure = \"contine\""), Contains("did you mean continue?"));
    CHECK_THROWS_WITH(from_toml("[http]\ntrusted_proxies = [\"proxy\"]"), Contains("http.trusted_proxies"));
    CHECK_THROWS_WITH(from_toml("[log]\nlevel = \"loud\""), Contains("debug, info, warning, error"));
}
