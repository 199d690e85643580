#include "repeater/records/movie_book.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "repeater/records/json.hpp"
#include "repeater/records/stored_records.hpp"
#include "repeater/records/watched_records.hpp"
#include "tests/unit/repeater/records/fixture.hpp"

using namespace pronto;
using hub::MovieState;

namespace {

/// A session that has ended, with one part.
struct Fixture : test::RecordsFixture {
    records::StoredRecords stored{file};
    records::MovieBook book{file};
    hub::SessionRecord ended = session("1-s", 1'000);

    Fixture() {
        stored.save(ticket("1-t", 1'000));
        stored.save(assistance());
        ended.state = control::SessionState::ended;
        ended.reason = control::EndReason::operator_;
        ended.ended = 9'000;
        stored.save(ended);
        stored.save(hub::RecordingRecord{"1-s", 1, "1-s.part1.fbs", hub::RecordingState::complete, 1'020, 5, 6, ""});
        REQUIRE(stored.flush());
    }
    hub::MovieRecord movie(MovieState state) const {
        hub::MovieRecord row;
        row.session = "1-s";
        row.state = state;
        if (state == MovieState::finished) row.file = "1-s.fbs";
        return row;
    }
    hub::AuditRecord by_root(const char* action) const { return {10'000, "cli:root", action, "1-s", "because"}; }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "what a killed hub had begun is due again, what is finished is not") {
    CHECK(book.is_due("1-s"));
    CHECK(book.save(movie(MovieState::working)));
    CHECK(book.take_up() == std::vector<std::string>{"1-s"});
    CHECK(book.find("1-s")->state == MovieState::waiting);
    CHECK(book.save(movie(MovieState::finished), by_root("movie.finished")));
    CHECK(book.due().empty());
    CHECK(records::Archive(file).audit_of("movie.finished").size() == 1);
}

TEST_CASE_METHOD(Fixture, "what is worked on or held is not deleted; a deletion is final and noted with its reason") {
    CHECK_THAT(book.remove("1-none", by_root("movie.delete")), Catch::Contains("has no movie"));
    book.save(movie(MovieState::working));
    CHECK_THAT(book.remove("1-s", by_root("movie.delete")), Catch::Contains("being finished"));
    book.save(movie(MovieState::finished));
    CHECK(book.hold("1-s", "court order", by_root("movie.hold")).empty());
    CHECK_THAT(book.remove("1-s", by_root("movie.delete")), Catch::Contains("held: court order"));
    CHECK(book.release("1-s", by_root("movie.release")).empty());
    CHECK_THAT(book.release("1-s", by_root("movie.release")), Catch::Contains("not held"));
    CHECK(book.remove("1-s", by_root("movie.delete")).empty());
    CHECK(book.find("1-s")->state == MovieState::deleted);
    CHECK(book.find("1-s")->detail == "because, by cli:root");
    CHECK_FALSE(book.save(movie(MovieState::finished), by_root("movie.finished")));
    CHECK_THAT(book.remove("1-s", by_root("movie.delete")), Catch::Contains("deleted before"));

    const records::Archive archive(file);
    CHECK(archive.audit_of("movie.delete").size() == 1);  // refusals leave no row
    CHECK(archive.audit_of("movie.finished").empty());
    CHECK(archive.check_audit().broken.empty());
}

TEST_CASE_METHOD(Fixture, "only a movie that failed for good can be tried again") {
    CHECK_THAT(book.retry("1-none", by_root("movie.retry")), Catch::Contains("has no movie"));
    for (const auto state : {MovieState::waiting, MovieState::working, MovieState::finished}) {
        book.save(movie(state));
        CHECK_THAT(book.retry("1-s", by_root("movie.retry")), Catch::Contains("has not failed"));
    }
    auto failed = movie(MovieState::failed);
    failed.attempts = 3;
    book.save(failed);
    CHECK_FALSE(book.is_due("1-s"));
    CHECK(book.retry("1-s", by_root("movie.retry")).empty());
    CHECK(book.is_due("1-s"));
    CHECK(book.find("1-s")->attempts == 0);
    CHECK(records::Archive(file).audit_of("movie.retry").size() == 1);
}

TEST_CASE_METHOD(Fixture, "a view is noted, and only of a movie that is there") {
    CHECK_THAT(book.view("1-none", by_root("movie.view")), Catch::Contains("has no movie"));
    for (const auto state : {MovieState::working, MovieState::failed}) {
        book.save(movie(state));
        CHECK_THAT(book.view("1-s", by_root("movie.view")), Catch::Contains(std::string(name(state))));
    }
    const records::Archive archive(file);
    CHECK(archive.audit_of("movie.view").empty());
    book.save(movie(MovieState::finished));
    CHECK(book.view("1-s", by_root("movie.view")).empty());
    REQUIRE(archive.audit_of("movie.view").size() == 1);
    CHECK(archive.audit_of("movie.view")[0] == by_root("movie.view"));
    book.remove("1-s", by_root("movie.delete"));
    CHECK_THAT(book.view("1-s", by_root("movie.view")), Catch::Contains("deleted, because, by cli:root"));
}

TEST_CASE_METHOD(Fixture, "a session under way is not deleted") {
    auto open = session("1-s", 1'000);
    stored.save(open);
    REQUIRE(stored.flush());
    CHECK_THAT(book.remove("1-s", by_root("movie.delete")), Catch::Contains("still being recorded"));
    CHECK(book.hold("1-s", "court order", by_root("movie.hold")).empty());
    CHECK(book.find("1-s")->hold == "court order");
}

TEST_CASE_METHOD(Fixture, "a session's story tells its movie") {
    auto row = movie(MovieState::finished);
    row.movie_sha256 = "aa";
    row.bytes = 5;
    book.save(row);
    book.hold("1-s", "court order", by_root("movie.hold"));
    const auto story = records::Archive(file).session("1-s");
    REQUIRE(story->movie.has_value());
    const auto json = records::to_json(*story);
    const auto& told = json.at("movie").as_object();
    CHECK(told.at("state").as_string() == "finished");
    CHECK(told.at("movie_sha256").as_string() == "aa");
    CHECK(told.at("facts_sha256").is_null());
    CHECK(told.at("hold").as_string() == "court order");
    CHECK(told.at("bytes").to_number<int>() == 5);
}

TEST_CASE_METHOD(Fixture, "the end of a session and of a part are noticed, other steps are not") {
    std::vector<std::string> noticed;
    records::WatchedRecords watched(stored, [&](const std::string& id) { noticed.push_back(id); });
    watched.save(session("1-s", 1'000));
    watched.save(hub::RecordingRecord{"1-s", 1, "1-s.part1.fbs", hub::RecordingState::writing, 1'020, 0, 0, ""});
    CHECK(noticed.empty());
    watched.save(ended);
    watched.save(hub::RecordingRecord{"1-s", 1, "1-s.part1.fbs", hub::RecordingState::failed, 1'020, 0, 0, ""});
    CHECK(noticed == std::vector<std::string>{"1-s", "1-s"});
    REQUIRE(stored.flush());
    CHECK(book.is_due("1-s"));
}
