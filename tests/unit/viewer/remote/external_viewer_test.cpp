#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/base/files.hpp"
#include "viewer/remote/external_viewer.hpp"
#include "viewer/remote/local_pass.hpp"

using namespace pronto;
using namespace pronto::viewer;

namespace {

/// A viewer played by a shell script, which gets {passfile}, {port} and a place for its words.
struct Started {
    PrivateFolder folder{"test"};
    Mailbox mailbox;
    SystemClock clock;
    std::optional<std::string> ended;
    std::unique_ptr<ExternalViewer> viewer;

    explicit Started(const std::string& script) {
        std::ofstream(folder.path() / "script") << script;
        viewer = std::make_unique<ExternalViewer>(
            "/bin/sh " + (folder.path() / "script").string() + " {passfile} {port} " + said().string(),
            BridgePlace{5999, "abcdefgh"}, mailbox, [this](const std::string& how) { ended = how; });
    }
    std::filesystem::path said() const { return folder.path() / "said"; }
    bool run_to_the_end() {
        const auto until = clock.now() + std::chrono::seconds(20);
        while (!ended && clock.now() < until) {
            mailbox.wait_until(until);
            mailbox.run();
        }
        return ended.has_value();
    }
};

}  // namespace

TEST_CASE("another viewer is started with a private pass file, and how it ended is told") {
    Started started(
        "stat -c '%a' \"$1\" \"$(dirname \"$1\")\" > \"$3\"; echo \"$2 $1\" >> \"$3\"; cat \"$1\" >> \"$3\"; exit 3");
    REQUIRE(started.run_to_the_end());
    CHECK(*started.ended == "ended with exit code 3");
    CHECK(started.viewer->program() == "sh");
    const auto said = read_file(started.said());
    CHECK(said.find("600\n700\n5999 ") == 0);
    CHECK(said.find(obfuscated_pass("abcdefgh")) != std::string::npos);
    const auto from = said.find("5999 ") + 5;
    const std::filesystem::path file = said.substr(from, said.find('\n', from) - from);
    CHECK(std::filesystem::exists(file));
    started.viewer->remove_pass_file();
    CHECK_FALSE(std::filesystem::exists(file));
    started.viewer.reset();
    CHECK_FALSE(std::filesystem::exists(file.parent_path()));
}

TEST_CASE("another viewer gets none of our descriptors") {
    // Without close-on-exec, as sockets of libraries are; a number that a shell does not use itself.
    const int ours = ::fcntl(STDIN_FILENO, F_DUPFD, 100);
    REQUIRE(ours >= 100);
    Started started("[ -e /proc/$$/fd/" + std::to_string(ours) + " ] && exit 7; exit 0");
    REQUIRE(started.run_to_the_end());
    CHECK(*started.ended == "ended with exit code 0");
    ::close(ours);
}

TEST_CASE("a signal that ends it is told, and after the object nothing is") {
    Started started("kill -9 $$");
    SECTION("heard") {
        REQUIRE(started.run_to_the_end());
        CHECK(*started.ended == "was ended by signal 9");
    }
    SECTION("not heard") {
        started.viewer.reset();
        started.mailbox.wait_until(started.clock.now() + Millis(100));
        started.mailbox.run();
        CHECK_FALSE(started.ended);
    }
}

TEST_CASE("a program that is not there is named") {
    Mailbox mailbox;
    CHECK_THROWS_WITH(ExternalViewer("no-such-viewer {port}", {1, "x"}, mailbox, {}),
                      Catch::Contains("no-such-viewer cannot be started"));
    CHECK_THROWS_WITH(ExternalViewer("v {x}", {1, "x"}, mailbox, {}), Catch::Contains("external_viewer"));
}
