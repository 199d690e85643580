#include "db/movies.hpp"

#include <catch2/catch.hpp>

#include "db/assistances.hpp"
#include "db/database.hpp"
#include "db/operators.hpp"
#include "db/recordings.hpp"
#include "db/sessions.hpp"
#include "tests/unit/db/scratch.hpp"

using namespace pronto;

namespace {

struct Fixture {
    test::Scratch folder;
    db::Database database{db::database_file(folder.path())};
    std::int64_t anna = db::Operators(database).add({0, "anna", "$argon2id$a", true, true, 1});
    db::Movies movies{database};

    Fixture() { db::Assistances(database).save({"1-c", "", anna, "PC", "PC", "", "", "", 1}); }
    void session(const std::string& id, const std::string& state, UnixMillis ended = 0) {
        db::SessionRow row;
        row.id = id;
        row.assistance = "1-c";
        row.mode = "view";
        row.state = state;
        row.operator_id = anna;
        row.requested = 100;
        if (ended > 0) row.ended = ended;
        db::Sessions(database).save(row);
    }
    void part(const std::string& of, const std::string& state, int number = 1) {
        db::Recordings(database).save({of, number, of + ".part.fbs", state, 120, 5, 6, ""});
    }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a movie is due once its session has ended and every part is closed") {
    session("1-s", "streaming");
    CHECK_FALSE(movies.find("1-s").has_value());  // nothing is recorded
    part("1-s", "writing");
    CHECK(movies.find("1-s")->state == "recording");
    CHECK(movies.due().empty());
    session("1-s", "ended", 900);
    CHECK_FALSE(movies.is_due("1-s"));
    part("1-s", "complete");
    CHECK(movies.is_due("1-s"));
    CHECK(movies.find("1-s")->state == "waiting");
    part("1-s", "writing", 2);
    CHECK_FALSE(movies.is_due("1-s"));
    part("1-s", "failed", 2);
    session("1-earlier", "ended", 800);
    part("1-earlier", "interrupted");
    CHECK(movies.due() == std::vector<std::string>{"1-earlier", "1-s"});
    CHECK(movies.save({"1-s", "finished"}));
    CHECK_FALSE(movies.is_due("1-s"));
    CHECK(movies.save({"1-earlier", "working"}));
    CHECK(movies.is_due("1-earlier"));
    movies.put_back();
    CHECK(movies.find("1-earlier")->state == "waiting");
}

TEST_CASE_METHOD(Fixture, "a movie's row keeps everything, and a deleted one stays deleted") {
    session("1-s", "ended", 900);
    part("1-s", "complete");
    db::MovieRow row{"1-s", "finished", "1-s.fbs", 5'000'000'000, 60'000, "aa", "bb", "cc", 2, 1'000, "words"};
    REQUIRE(movies.save(row));
    row.ended = 900;
    CHECK(movies.find("1-s") == row);
    CHECK(movies.newest(0) == std::vector{row});
    row.state = "deleted";
    CHECK(movies.save(row));
    row.state = "finished";
    CHECK_FALSE(movies.save(row));
    CHECK(movies.find("1-s")->state == "deleted");
}

TEST_CASE_METHOD(Fixture, "a hold has a reason and is seen until it is released") {
    session("1-s", "streaming");
    part("1-s", "writing");
    movies.hold({"1-s", "court order", "cli:root", 5});
    movies.hold({"1-s", "court order 7", "cli:root", 6});
    CHECK(movies.find("1-s")->hold == "court order 7");
    CHECK(movies.release("1-s"));
    CHECK(movies.find("1-s")->hold.empty());
    CHECK_FALSE(movies.release("1-s"));
    CHECK_THROWS_AS(movies.hold({"1-s", "", "cli:root", 5}), db::Error);
}
