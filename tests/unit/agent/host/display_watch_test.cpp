#include "agent/host/display_watch.hpp"

#include <catch2/catch.hpp>
#include <future>

#include "tests/support/xvfb.hpp"

using namespace pronto::host;
using pronto::test::Xvfb;

TEST_CASE("a display that is not there, or not given, is an error that says what to do") {
    CHECK_THROWS_WITH(watch_display(":987", {}), Catch::Contains(":987") && Catch::Contains("XAUTHORITY"));
    unsetenv("DISPLAY");
    CHECK_THROWS_WITH(watch_display("", {}), Catch::Contains("--display") && !Catch::Contains("\"\""));
}

TEST_CASE("extensions that are missing are named, all of them, with what they are for") {
    const Xvfb server("800x600x24", {"-extension", "DAMAGE", "-extension", "XTEST"});
    CHECK_THROWS_WITH(watch_display(server.display(), {}),
                      Catch::Contains("DAMAGE (to see what changes), XTEST (for keyboard and mouse)"));
}

TEST_CASE("colours that cannot be shared are said before anybody is asked") {
    const Xvfb server("800x600x16");
    CHECK_THROWS_WITH(watch_display(server.display(), {}), Catch::Contains("24 bits"));
}

TEST_CASE("a display that goes away is told once; one that stays costs no word") {
    Xvfb server;
    std::promise<std::string> said;
    auto gone = said.get_future();
    {
        const auto short_lived = watch_display(server.display(), [](const std::string&) { FAIL("it is still there"); });
    }
    const auto watch = watch_display(server.display(), [&](std::string why) { said.set_value(std::move(why)); });
    CHECK(gone.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
    server.kill();
    REQUIRE(gone.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
    CHECK(gone.get() == "the X display has gone");
}
