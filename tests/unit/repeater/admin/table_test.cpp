#include "repeater/admin/table.hpp"

#include <cstdlib>
#include <ctime>

#include <catch2/catch.hpp>

#include "repeater/admin/session_text.hpp"

using namespace pronto;
using namespace pronto::admin;

TEST_CASE("columns are aligned, also with accents, numbers to the right") {
    Table table({{"NAME"}, {"BYTES", Table::Align::right}, {"X"}});
    CHECK(table.empty());
    table.add({"niccolò", "5 B", ""});
    table.add({"anna", "12.5 kB", "yes"});
    CHECK(table.text() ==
          "NAME       BYTES  X\n"
          "niccolò      5 B\n"
          "anna     12.5 kB  yes\n");
}

TEST_CASE("what came from the wire cannot drive the terminal") {
    Table table({{"NAME"}});
    table.add({"\x1B[31mred\x1B[0m\n"});
    CHECK(table.text() == "NAME\n[31mred[0m\n");
}

TEST_CASE("durations as people read them") {
    CHECK(duration_text(0) == "0.0 s");
    CHECK(duration_text(4'250) == "4.2 s");
    CHECK(duration_text(185'999) == "3:05 min");
    CHECK(duration_text(3'723'000) == "1:02:03 h");
}

TEST_CASE("times are shown and read in local time") {
    ::setenv("TZ", "Europe/Rome", 1);
    ::tzset();
    CHECK(local_time(UnixMillis{1'700'000'000'125}) == "2023-11-14 23:13:20");
    CHECK(local_time(std::optional<UnixMillis>{}) == "-");
    CHECK(time_from("2023-11-14 23:13:20") == 1'700'000'000'000);
    CHECK(time_from("2023-11-14 23:13") == 1'700'000'000'000 - 20'000);
    CHECK(time_from("2023-11-14") == 1'699'916'400'000);
    CHECK(time_from("2023-11-14T22:13:20.125Z") == 1'700'000'000'125);
    for (const char* text : {"", "yesterday", "2023-13-01", "2023-02-30", "2023-11-14 25:00", "2023-11-14 23:13 x"})
        CHECK_FALSE(time_from(text).has_value());
    ::unsetenv("TZ");
    ::tzset();
}

TEST_CASE("a session that never ended is shown as it was left") {
    records::SessionStory story;
    story.session.id = "1-s";
    story.session.state = control::SessionState::streaming;
    story.session.streaming = 1'000;
    story.recordings.push_back({"1-s", 1, "1-s.part1.fbs", hub::RecordingState::writing, 1'000, 0, 0, ""});
    const auto text = session_story_text(story);
    CHECK_THAT(text, Catch::Contains("State         streaming\n") && Catch::Contains("Ended         -\n"));
    CHECK_THAT(text, Catch::Contains("1-s.part1.fbs  writing") && Catch::Contains("There is no report yet."));
}

TEST_CASE("a report of several lines is set in") {
    records::SessionStory story;
    story.report = hub::ReportRecord{"1-c", 1, "no sound", "unmuted\nrestarted", "audio", control::Outcome::solved, 0};
    CHECK_THAT(session_story_text(story), Catch::Contains("Solution      unmuted\n              restarted\n"));
}
