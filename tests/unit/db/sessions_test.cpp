#include "db/sessions.hpp"

#include <catch2/catch.hpp>

#include "db/assistances.hpp"
#include "db/database.hpp"
#include "db/interruption.hpp"
#include "db/operators.hpp"
#include "db/participants.hpp"
#include "db/recordings.hpp"
#include "tests/unit/db/scratch.hpp"

using namespace pronto;

namespace {

struct Fixture {
    test::Scratch folder;
    db::Database database{db::database_file(folder.path())};
    std::int64_t anna = db::Operators(database).add({0, "anna", "$argon2id$x", false, true, 1});
    std::int64_t bruno = db::Operators(database).add({0, "bruno", "$argon2id$x", false, true, 1});
    db::Sessions sessions{database};

    Fixture() { db::Assistances(database).save({"1-c", "", anna, "", "", "", "", "", 1}); }

    db::SessionRow row(const std::string& id, UnixMillis requested) const {
        db::SessionRow row;
        row.id = id;
        row.assistance = "1-c";
        row.mode = "control";
        row.state = "streaming";
        row.operator_id = anna;
        row.operator_name = "anna";
        row.guest_name = "PC-E75B1";
        row.requested = requested;
        row.granted = requested + 10;
        return row;
    }
};

std::vector<std::string> ids(const std::vector<db::SessionRow>& rows) {
    std::vector<std::string> found;
    for (const auto& row : rows) found.push_back(row.id);
    return found;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(Fixture, "a session is saved at each step and read back whole") {
    auto session = row("1-s", 100);
    sessions.save(session);
    CHECK(sessions.find("1-s") == session);
    session.state = "ended";
    session.reason = "operator";
    session.detail = "ended by anna";
    session.streaming = 120;
    session.ended = 500;
    session.seen = 510;
    session.generation = 3;
    session.may_wait = true;
    session.guest_pauses = true;
    session.bytes_to_viewer = std::int64_t{1} << 40;
    session.bytes_to_host = 7;
    session.recorded = true;
    sessions.save(session);
    CHECK(sessions.find("1-s") == session);
    CHECK_FALSE(sessions.find("1-t").has_value());
}

TEST_CASE_METHOD(Fixture, "words outside the protocol's lists are refused") {
    auto session = row("1-s", 100);
    session.state = "sleeping";
    CHECK_THROWS_AS(sessions.save(session), db::Error);
    session = row("1-s", 100);
    session.reason = "bored";
    CHECK_THROWS_AS(sessions.save(session), db::Error);
    session = row("1-s", 100);
    session.assistance = "1-none";
    CHECK_THROWS_AS(sessions.save(session), db::Error);
}

TEST_CASE_METHOD(Fixture, "sessions are listed newest first, by time and operator") {
    for (int i = 1; i <= 5; ++i) {
        auto session = row("1-" + std::to_string(i), i * 100);
        if (i % 2 == 0) session.operator_id = bruno;
        sessions.save(session);
    }
    CHECK(ids(sessions.list({})) == Ids{"1-5", "1-4", "1-3", "1-2", "1-1"});
    CHECK(ids(sessions.list({.since = 200, .until = 400})) == Ids{"1-3", "1-2"});
    CHECK(ids(sessions.list({.operator_name = "Bruno"})) == Ids{"1-4", "1-2"});
    CHECK(ids(sessions.list({.limit = 2})) == Ids{"1-5", "1-4"});
}

TEST_CASE_METHOD(Fixture, "page after page shows every session once, also those of one millisecond") {
    for (const char* id : {"1-a", "1-b", "1-c", "1-d", "1-e"}) sessions.save(row(id, 100));
    db::SessionFilter filter{.limit = 2};
    Ids seen;
    for (int page = 0; page < 4; ++page) {
        const auto rows = sessions.list(filter);
        for (const auto& id : ids(rows)) seen.push_back(id);
        if (rows.empty()) break;
        filter.after = db::session_cursor_from(to_text(db::SessionCursor{rows.back().requested, rows.back().id}));
        REQUIRE(filter.after.has_value());
    }
    CHECK(seen == Ids{"1-e", "1-d", "1-c", "1-b", "1-a"});
}

TEST_CASE("a text that is no cursor is none") {
    for (const char* text : {"", ".", "12", "12.", "x.1-a", ".1-a", "99999999999999999999.1-a"})
        CHECK_FALSE(db::session_cursor_from(text).has_value());
    CHECK_FALSE(db::session_cursor_from("1." + std::string(65, 'a')).has_value());
    CHECK(db::session_cursor_from("12.1-a")->id == "1-a");
}

TEST_CASE_METHOD(Fixture, "participants and movie parts of a session") {
    sessions.save(row("1-s", 100));
    db::Participants participants(database);
    const db::ParticipantRow host{"1-s", "host", "guest", "PC-E75B1", "192.0.2.7", 110, std::nullopt};
    db::ParticipantRow viewer{"1-s", "screen.1", "operator", "anna", "192.0.2.1", 105, std::nullopt};
    participants.save(host);
    participants.save(viewer);
    viewer.left = 300;
    participants.save(viewer);
    CHECK(participants.list("1-s") == std::vector{viewer, host});
    CHECK(participants.list("1-t").empty());

    db::Recordings recordings(database);
    const db::RecordingRow first{"1-s", 1, "1-s.part1.fbs", "writing", 120, 0, 0, ""};
    db::RecordingRow second{"1-s", 2, "1-s.part2.fbs", "writing", 220, 0, 0, ""};
    recordings.save(second);
    recordings.save(first);
    CHECK(recordings.open().size() == 2);
    second.state = "complete";
    second.bytes = 5'000'000'000;
    second.duration_ms = 60'000;
    recordings.save(second);
    CHECK(recordings.list("1-s") == std::vector{first, second});
    CHECK(recordings.open() == std::vector{first});
    CHECK(recordings.newest(1) == std::vector{second});
}

TEST_CASE_METHOD(Fixture, "what a killed hub left open is ended as interrupted, and only that") {
    auto over = row("1-over", 50);
    over.state = "ended";
    over.reason = "guest";
    over.ended = 80;
    sessions.save(over);
    sessions.save(row("1-open", 100));
    db::Participants participants(database);
    participants.save({"1-open", "host", "guest", "PC", "", 110, std::nullopt});
    participants.save({"1-open", "screen.1", "operator", "anna", "", 110, 150});
    db::Recordings(database).save({"1-open", 1, "1-open.part1.fbs", "writing", 120, 0, 0, ""});

    const auto found = db::interrupt_open_sessions(database, 9'000);
    REQUIRE(ids(found.sessions) == Ids{"1-open"});
    REQUIRE(found.recordings.size() == 1);
    CHECK(found.sessions[0] == sessions.find("1-open"));
    CHECK(found.sessions[0].state == "ended");
    CHECK(found.sessions[0].reason == "interrupted");
    CHECK(found.sessions[0].ended == 9'000);
    CHECK(sessions.find("1-over") == over);
    CHECK(db::Recordings(database).list("1-open")[0].state == "interrupted");
    const auto who = participants.list("1-open");
    CHECK(who[0].left == 9'000);
    CHECK(who[1].left == 150);

    CHECK(db::interrupt_open_sessions(database, 9'999).sessions.empty());
}

TEST_CASE_METHOD(Fixture, "a session that was cut off ended when its movie ended, not when the hub came back") {
    sessions.save(row("1-seen", 100));
    sessions.save(row("1-unseen", 100));
    db::Recordings(database).save({"1-seen", 1, "1-seen.part1.fbs", "writing", 120, 0, 0, ""});
    const auto found = db::interrupt_open_sessions(database, 9'000, [](db::RecordingRow row) {
        row.duration_ms = 3'000;
        row.bytes = 77;
        return row;
    });
    CHECK(found.recordings[0].bytes == 77);
    CHECK(db::Recordings(database).list("1-seen")[0] == found.recordings[0]);
    CHECK(sessions.find("1-seen")->ended == 3'120);
    CHECK(sessions.find("1-unseen")->ended == 9'000);
}

TEST_CASE_METHOD(Fixture, "a session whose sides can come back waits for them, if it was seen a moment ago") {
    const auto left = [&](const std::string& id, UnixMillis seen, bool may_wait, bool granted = true) {
        auto session = row(id, 100);
        session.seen = seen;
        session.may_wait = may_wait;
        if (!granted) session.granted.reset();
        sessions.save(session);
    };
    left("1-waits", 8'000, true);
    left("1-late", 7'999, true);
    left("1-cannot", 8'000, false);
    left("1-asked", 8'000, true, false);
    db::Recordings(database).save({"1-waits", 1, "1-waits.part1.fbs", "complete", 120, 50, 9, ""});
    db::Participants(database).save({"1-waits", "screen.1", "operator", "anna", "a", 120, {}});
    db::Participants(database).save({"1-waits", "screen.2", "operator", "bert", "a", 130, {}});
    db::Recordings(database).save({"1-waits", 2, "1-waits.part2.fbs", "writing", 180, 0, 0, ""});
    const auto found = db::interrupt_open_sessions(database, 9'999, {}, Millis{2'000});
    CHECK(ids(found.sessions) == Ids{"1-asked", "1-cannot", "1-late"});
    REQUIRE(found.waiting.size() == 1);
    CHECK(found.waiting[0].session.id == "1-waits");
    CHECK(found.waiting[0].parts == 2);
    CHECK(sessions.find("1-waits")->state == "streaming");
    CHECK(db::Recordings(database).list("1-waits")[1].state == "interrupted");
    const auto who = db::Participants(database).list("1-waits");
    CHECK_FALSE(who[0].left);
    CHECK(who[1].left == 8'000);
    const auto later = db::interrupt_open_sessions(database, 900'000, {}, Millis{2'000});
    REQUIRE(ids(later.sessions) == Ids{"1-waits"});
    CHECK(later.sessions[0].ended == 8'000);  // not when the hub came back, days later
}
