#include "rfb-ext/base/log.hpp"

#include <catch2/catch.hpp>

#include "rfb-ext/base/files.hpp"
#include "tests/unit/rfb-ext/base/temporary_folder.hpp"

using namespace pronto;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

namespace {

/// The log goes back to standard error before its folder goes.
struct LogFile {
    explicit LogFile(log::Level least) { log::configure(least, path.string()); }
    ~LogFile() { log::configure(log::Level::info); }
    std::string content() const { return read_file(path); }
    TemporaryFolder folder;
    std::filesystem::path path = folder / "log";
};

}  // namespace

TEST_CASE("a line says when, how bad and what, at once") {
    const LogFile file(log::Level::info);
    log::warning("the {} did {}", "disk", 7);
    CHECK_THAT(file.content(), Contains("warning") && EndsWith("the disk did 7\n"));
    CHECK(file.content().substr(0, 2) == "20");
    CHECK(file.content().at(10) == 'T');
}

TEST_CASE("a line is written as it is, whatever braces it has") {
    const LogFile file(log::Level::info);
    log::info("{}", "{} {0:x}");
    log::write(log::Level::error, "{}");
    CHECK_THAT(file.content(), Contains("{} {0:x}\n") && EndsWith("{}\n"));
}

TEST_CASE("lines below the level are not written") {
    const LogFile file(log::Level::warning);
    CHECK_FALSE(log::enabled(log::Level::info));
    CHECK(log::enabled(log::Level::error));
    log::debug("quiet");
    log::info("quiet");
    log::error("loud");
    CHECK_THAT(file.content(), !Contains("quiet") && Contains("loud"));
}

TEST_CASE("a log file that cannot be opened is named") {
    CHECK_THROWS_WITH(log::configure(log::Level::info, "/proc/nowhere/log"), Contains("/proc/nowhere/log"));
}
