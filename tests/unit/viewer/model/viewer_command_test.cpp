#include <catch2/catch.hpp>

#include "viewer/model/viewer_command.hpp"

using namespace pronto::viewer;
using Words = std::vector<std::string>;

namespace {

Words command(std::string_view text) {
    return viewer_command(text, {5999, "secretpw"}, "/tmp/a folder/pass");
}

}  // namespace

TEST_CASE("a viewer's command is split at blanks and filled in") {
    CHECK(command("xtigervncviewer -passwd {passfile} {host}::{port}") ==
          Words{"xtigervncviewer", "-passwd", "/tmp/a folder/pass", "127.0.0.1::5999"});
    CHECK(command("  remmina\t-c vnc://{host}:{port} ") == Words{"remmina", "-c", "vnc://127.0.0.1:5999"});
    CHECK(command("viewer {port}{port}") == Words{"viewer", "59995999"});
}

TEST_CASE("quotes and backslashes keep blanks together, and nothing else of a shell means anything") {
    CHECK(command("'/opt/my viewer' \"a  b\" c\\ d ''") == Words{"/opt/my viewer", "a  b", "c d", ""});
    CHECK(command("v \"say \\\"hi\\\"\" 'back\\slash'") == Words{"v", "say \"hi\"", "back\\slash"});
    CHECK(command("v $HOME `id` ; rm * > x | y & #z") ==
          Words{"v", "$HOME", "`id`", ";", "rm", "*", ">", "x", "|", "y", "&", "#z"});
}

TEST_CASE("a command that cannot be used says why") {
    CHECK_THROWS_WITH(command(""), Catch::Contains("names no program"));
    CHECK_THROWS_WITH(command("   "), Catch::Contains("names no program"));
    CHECK_THROWS_WITH(command("''"), Catch::Contains("names no program"));
    CHECK_THROWS_WITH(command("v 'open"), Catch::Contains("' is not closed"));
    CHECK_THROWS_WITH(command("v \\"), Catch::Contains("takes nothing"));
    CHECK_THROWS_WITH(command("v {pass}"), Catch::Contains("{pass} is none of"));
    CHECK_THROWS_WITH(command("v {port"), Catch::Contains("is none of"));
}

TEST_CASE("the pass itself never stands in a command") {
    for (const auto& word : command("v {passfile} {host} {port}")) CHECK(word.find("secretpw") == std::string::npos);
}
