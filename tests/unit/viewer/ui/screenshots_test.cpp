#include "viewer/ui/screenshots.hpp"

#include <catch2/catch.hpp>

using pronto::viewer::screenshot_name;

TEST_CASE("a screenshot is named after the guest and the time") {
    const auto name = screenshot_name("NETCECK-210EB", 1'700'000'000'000);
    CHECK(name.find("NETCECK-210EB 2023-11-1") == 0);
    CHECK(name.substr(name.size() - 4) == ".png");
    CHECK(name.find(':') == std::string::npos);
}

TEST_CASE("a guest's name leads out of no folder") {
    for (const char* guest : {"../../etc/passwd", "..", "", ".hidden", "a/b\\c", "x\ny"}) {
        CAPTURE(guest);
        const auto name = screenshot_name(guest, 0);
        CHECK(name.find('/') == std::string::npos);
        CHECK(name.find('\\') == std::string::npos);
        CHECK(name.find('\n') == std::string::npos);
        CHECK(name.front() != '.');
    }
    CHECK(screenshot_name(std::string(500, 'a'), 0).size() < 120);
}
