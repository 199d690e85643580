#include <catch2/catch.hpp>

#include <filesystem>
#include <set>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/base/random.hpp"
#include "rfb-ext/base/text.hpp"
#include "viewer/remote/local_pass.hpp"

using namespace pronto;
using namespace pronto::viewer;

TEST_CASE("passes are different ones of eight characters that are told apart") {
    std::set<std::string> passes;
    for (int i = 0; i < 100; ++i) passes.insert(random_pass());
    CHECK(passes.size() == 100);
    for (const auto& pass : passes) {
        CHECK(pass.size() == 8);
        CHECK(pass.find_first_of("01loO") == std::string::npos);
    }
}

TEST_CASE("a pass is kept as vncpasswd keeps it") {
    // Well known: what every VNC program makes of "password".
    CHECK(hex(as_bytes(obfuscated_pass("password"))) == "dbd83cfd727a1458");
    CHECK(obfuscated_pass("password and more") == obfuscated_pass("password"));
    CHECK(obfuscated_pass("short") != obfuscated_pass("shorter"));
}

TEST_CASE("a pass file is for its owner alone, whatever was there before") {
    const auto file = std::filesystem::temp_directory_path() / ("pronto-test-" + hex(random_bytes(8)));
    write_file_atomically(file, "much longer than a pass", 0644);
    write_pass_file(file, "password");
    CHECK(read_file(file) == obfuscated_pass("password"));
    CHECK(std::filesystem::status(file).permissions() == std::filesystem::perms(0600));
    std::filesystem::remove(file);
    CHECK_THROWS_WITH(write_pass_file("/nowhere/at/all", "password"), Catch::Contains("/nowhere/at/all"));
}
