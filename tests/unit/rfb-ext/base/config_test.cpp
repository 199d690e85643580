#include "rfb-ext/base/config.hpp"

#include <catch2/catch.hpp>

#include "rfb-ext/base/files.hpp"
#include "tests/unit/rfb-ext/base/temporary_folder.hpp"

using namespace pronto;
using Catch::Matchers::Contains;

namespace {

std::vector<Config::Key> keys() {
    return {
        {"hub.name", std::string("hub")},
        {"hub.recording", true},
        {"hub.node", std::int64_t{1}, 1, 999},
        {"listen.ports", std::vector<std::int64_t>{443, 8080}, 1, 65'535},
        {"http.trusted_proxies", std::vector<std::string>{}},
        {"quick", false},
    };
}

struct File {
    explicit File(std::string_view content) { write_file_atomically(path, content); }
    TemporaryFolder folder;
    std::filesystem::path path = folder / "pronto.toml";
};

/// Why the file cannot be used.
std::string problem_with(std::string_view content) {
    const File file(content);
    Config config(keys());
    try {
        config.load(file.path);
    } catch (const std::runtime_error& problem) {
        return problem.what();
    }
    return {};
}

}  // namespace

TEST_CASE("without a file every key has its default") {
    const Config config(keys());
    CHECK(config.text("hub.name") == "hub");
    CHECK(config.flag("hub.recording"));
    CHECK(config.number("hub.node") == 1);
    CHECK(config.numbers("listen.ports") == std::vector<std::int64_t>{443, 8080});
    CHECK(config.texts("http.trusted_proxies").empty());
    CHECK_FALSE(config.given("hub.node"));
}

TEST_CASE("a file sets what it names and leaves the rest") {
    const File file(
        "quick = true\n[hub]\nname = \"help\"\nnode = 7\n[listen]\nports = [8443]\n[http]\n"
        "trusted_proxies = [\"192.0.2.1\", \"::1\"]\n");
    Config config(keys());
    config.load(file.path);
    CHECK(config.flag("quick"));
    CHECK(config.text("hub.name") == "help");
    CHECK(config.number("hub.node") == 7);
    CHECK(config.numbers("listen.ports") == std::vector<std::int64_t>{8443});
    CHECK(config.texts("http.trusted_proxies") == std::vector<std::string>{"192.0.2.1", "::1"});
    CHECK(config.flag("hub.recording"));
    CHECK(config.given("hub.node"));
    CHECK_FALSE(config.given("hub.recording"));
}

TEST_CASE("an unknown key is named with its file, its line and the nearest one") {
    const auto problem = problem_with("[hub]\nname = \"x\"\nnod = 1\n");
    CHECK_THAT(problem, Contains("pronto.toml:3"));
    CHECK_THAT(problem, Contains("\"hub.nod\""));
    CHECK_THAT(problem, Contains("\"hub.node\""));
    CHECK_THAT(problem_with("[zebra]\ncrossing = 1\n"), !Contains("did you mean"));
}

TEST_CASE("a wrong type is explained") {
    CHECK_THAT(problem_with("[hub]\nnode = \"1\"\n"), Contains("hub.node must be a whole number"));
    CHECK_THAT(problem_with("[hub]\nnode = 1.5\n"), Contains("whole number"));
    CHECK_THAT(problem_with("[hub]\nname = 1\n"), Contains("hub.name must be a text"));
    CHECK_THAT(problem_with("[hub]\nrecording = 1\n"), Contains("true or false"));
    CHECK_THAT(problem_with("[listen]\nports = 443\n"), Contains("a list of whole numbers"));
    CHECK_THAT(problem_with("[listen]\nports = [443, \"x\"]\n"), Contains("a list of whole numbers"));
    CHECK_THAT(problem_with("[http]\ntrusted_proxies = [1]\n"), Contains("a list of texts"));
}

TEST_CASE("a number out of range is explained with the range") {
    CHECK_THAT(problem_with("[hub]\nnode = 0\n"), Contains("hub.node is 0") && Contains("between 1 and 999"));
    CHECK_THAT(problem_with("[hub]\nnode = 1000\n"), Contains("1000"));
    CHECK_THAT(problem_with("[listen]\nports = [443, 70000]\n"), Contains("70000"));
    CHECK(problem_with("[hub]\nnode = 999\n").empty());
}

TEST_CASE("a file that is not TOML, or not there, is named") {
    CHECK_THAT(problem_with("[hub\n"), Contains("pronto.toml:1"));
    Config config(keys());
    CHECK_THROWS_WITH(config.load("/nowhere/pronto.toml"), Contains("/nowhere/pronto.toml"));
}

TEST_CASE("the command line sets keys as the file would, and wins when it comes later") {
    const File file("[hub]\nnode = 7\n");
    Config config(keys());
    config.load(file.path);
    config.set("hub.node", std::int64_t{8});
    CHECK(config.number("hub.node") == 8);
    CHECK(config.given("hub.node"));
    CHECK_THROWS_WITH(config.set("hub.node", std::int64_t{0}), Contains("between 1 and 999"));
    CHECK_THROWS_WITH(config.set("hub.nome", std::string("x")), Contains("hub.name"));
}

TEST_CASE("asking for a key that the program does not know is an error too") {
    const Config config(keys());
    CHECK_THROWS(config.number("hub.nothing"));
}
