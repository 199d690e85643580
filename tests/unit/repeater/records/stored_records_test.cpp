#include "repeater/records/stored_records.hpp"

#include <sys/resource.h>
#include <csignal>

#include <catch2/catch.hpp>

#include "db/audit.hpp"
#include "db/sessions.hpp"
#include "db/tickets.hpp"
#include "repeater/records/archive.hpp"
#include "tests/unit/repeater/records/fixture.hpp"

using namespace pronto;
using records::Archive;
using records::StoredRecords;

namespace {

/// No file of this process may grow beyond `bytes` while it lives: to SQLite, a disk that refuses writes.
class SmallDisk {
public:
    explicit SmallDisk(std::uintmax_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit small{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~SmallDisk() { grow(); }
    void grow() { ::setrlimit(RLIMIT_FSIZE, &before_); }

private:
    rlimit before_{};
};

using Fixture = test::RecordsFixture;

}  // namespace

TEST_CASE_METHOD(Fixture, "every kind of row comes back as it was saved") {
    auto session = this->session("1-s", 2'000);
    session.state = control::SessionState::ended;
    session.reason = control::EndReason::timed_out;
    session.detail = "nobody answered";
    session.ended = 9'000;
    const hub::ParticipantRecord guest{"1-s",       "host", control::Role::guest, "PC-E75B1",
                                       "192.0.2.7", 2'015,  std::nullopt};
    const hub::ParticipantRecord anna_there{"1-s", "screen.1", control::Role::operator_, "anna", "192.0.2.1",
                                            2'018, 8'000};
    const hub::ReportRecord report{"1-c", anna, "no sound", "unmuted", "audio", control::Outcome::follow_up, 9'500};
    const hub::RecordingRecord movie{"1-s", 1,   "1-s.part1.fbs", hub::RecordingState::failed, 2'020,
                                     6'000, 123, "disk full"};
    {
        StoredRecords stored(file);
        stored.save(ticket("1-t", 1'000));
        stored.save(assistance());
        stored.save(session);
        stored.save(guest);
        stored.save(anna_there);
        stored.save(report);
        stored.save(movie);
        stored.save(audit("1-s", "all of it"));
        REQUIRE(stored.flush());
        CHECK(stored.counters().stored == 8);
        CHECK(stored.counters().queued == 0);
        CHECK(stored.counters().lost == 0);
    }
    const Archive archive(file);
    const auto story = archive.session("1-s");
    REQUIRE(story.has_value());
    CHECK(story->session == session);
    CHECK(story->assistance == assistance());
    CHECK(story->ticket == "1-E75B1");
    CHECK(story->participants == std::vector{guest, anna_there});
    CHECK(story->recordings == std::vector{movie});
    CHECK(story->report == report);
    CHECK(archive.newest_audit(5) == std::vector{audit("1-s", "all of it")});
}

TEST_CASE_METHOD(Fixture, "the destructor stores what is queued") {
    {
        StoredRecords stored(file);
        for (int i = 0; i < 2'000; ++i) stored.save(audit(std::to_string(i)));
    }
    const auto rows = Archive(file).newest_audit(5'000);
    REQUIRE(rows.size() == 2'000);
    CHECK(rows.front().subject == "1999");
    CHECK(rows.back().subject == "0");
}

TEST_CASE_METHOD(Fixture, "a row that is still queued is found") {
    StoredRecords stored(file);
    SmallDisk disk(1);  // nothing gets to the file
    auto row = ticket("1-t", 1'000);
    stored.save(row);
    stored.save(assistance());
    CHECK(stored.find_ticket("1-E75B1") == row);
    CHECK(stored.find_assistance("1-c") == assistance());
    row.used = 1'500;
    stored.save(row);
    CHECK(stored.find_ticket("1-E75B1") == row);
    CHECK(stored.counters().queued == 3);
    disk.grow();
    REQUIRE(stored.flush());
    CHECK(stored.find_ticket("1-E75B1") == row);
    CHECK(stored.find_assistance("1-c") == assistance());
    CHECK_FALSE(stored.find_ticket("1-00000").has_value());
    CHECK_FALSE(stored.find_assistance("1-x").has_value());
}

TEST_CASE_METHOD(Fixture,
                 "a ticket that the command line made is found, also over an old queued one of the same text") {
    StoredRecords stored(file);
    db::Database other(file);
    db::Tickets(other).save({"1-new", "1-E75B1", anna, "anna", 50'000, 60'000, std::nullopt});
    CHECK(stored.find_ticket("1-E75B1")->id == "1-new");
    SmallDisk disk(1);
    stored.save(ticket("1-old", 1'000));
    CHECK(stored.find_ticket("1-E75B1")->id == "1-new");
}

TEST_CASE_METHOD(Fixture, "a disk that refuses writes loses nothing: tried again until it takes them") {
    StoredRecords::Options options;
    options.first_retry = Millis{5};
    options.last_retry = Millis{20};
    StoredRecords stored(file, options);
    stored.save(audit("before"));
    REQUIRE(stored.flush());

    SmallDisk disk(std::filesystem::file_size(folder / "pronto.db-wal") + 100);
    stored.save(audit("first", std::string(50'000, 'x')));
    stored.save(audit("second"));
    while (stored.counters().failed_writes < 2) CHECK_FALSE(stored.flush(Millis{20}));
    CHECK(stored.counters().failing);
    CHECK(stored.counters().queued == 2);

    disk.grow();
    REQUIRE(stored.flush());
    CHECK_FALSE(stored.counters().failing);
    CHECK(stored.counters().lost == 0);
    const auto rows = Archive(file).newest_audit(10);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].subject == "second");
    CHECK(rows[1].subject == "first");
}

TEST_CASE_METHOD(Fixture, "a row that the database refuses is counted and holds up nobody") {
    StoredRecords stored(file);
    stored.save(audit("one"));
    stored.save(session("1-s", 1'000));  // its assistance does not exist
    stored.save(audit("two"));
    REQUIRE(stored.flush());
    CHECK(stored.counters().lost == 1);
    CHECK(stored.counters().stored == 2);
    CHECK(Archive(file).newest_audit(10).size() == 2);
}

TEST_CASE_METHOD(Fixture, "the queue has an end, and what is beyond is counted") {
    StoredRecords::Options options;
    options.longest_queue = 3;
    options.first_retry = Millis{5};
    options.patience_at_end = Millis{50};
    StoredRecords stored(file, options);
    SmallDisk disk(1);
    for (int i = 0; i < 5; ++i) stored.save(audit(std::to_string(i)));
    CHECK(stored.counters().queued == 3);
    CHECK(stored.counters().lost == 2);
    disk.grow();
    REQUIRE(stored.flush());
    CHECK(Archive(file).newest_audit(10).size() == 3);
}

TEST_CASE_METHOD(Fixture, "the queue is bounded in bytes too: long rows do not fill the memory") {
    StoredRecords::Options options;
    options.longest_queue_bytes = 100'000;
    options.first_retry = Millis{5};
    options.patience_at_end = Millis{50};
    StoredRecords stored(file, options);
    SmallDisk disk(1);
    hub::ReportRecord report{
        "1-c", anna, std::string(4'000, 'p'), std::string(4'000, 's'), "audio", control::Outcome::follow_up, 9'500};
    CHECK_FALSE(stored.crowded());
    for (int i = 0; i < 5; ++i) stored.save(report);
    CHECK_FALSE(stored.crowded());
    for (int i = 0; i < 100; ++i) stored.save(report);
    CHECK(stored.crowded());
    CHECK(stored.counters().queued_bytes <= 100'000);
    CHECK(stored.counters().queued > 8);
    CHECK(stored.counters().lost == 105 - stored.counters().queued);
    disk.grow();
    REQUIRE(stored.flush());
    CHECK(stored.counters().queued_bytes == 0);
    CHECK_FALSE(stored.crowded());
}

TEST_CASE_METHOD(Fixture, "a disk that never recovers does not hold up the end") {
    StoredRecords::Options options;
    options.first_retry = Millis{5};
    options.last_retry = Millis{10};
    options.patience_at_end = Millis{50};
    {
        auto stored = std::make_unique<StoredRecords>(file, options);
        const SmallDisk disk(1);
        stored->save(audit("lost"));
        stored.reset();
    }
    CHECK(Archive(file).newest_audit(10).empty());
}
