#include "repeater/recording/retention.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "repeater/recording/movie_files.hpp"
#include "tests/unit/db/scratch.hpp"

using namespace pronto;
using namespace pronto::recording;

namespace {

constexpr UnixMillis day = 24LL * 3600 * 1000;
constexpr UnixMillis now = 1'000 * day;

RetentionRules no_rules() {
    RetentionRules rules;
    rules.days = 0;
    return rules;
}

/// Movies that ended so many days ago, 100 bytes each.
std::vector<StoredMovie> movies(std::initializer_list<int> days) {
    std::vector<StoredMovie> made;
    for (const int ago : days) made.push_back({"1-" + std::to_string(ago), now - ago * day, 100, false});
    return made;
}

std::vector<std::string> removed(const std::vector<StoredMovie>& stored, const RetentionRules& rules,
                                 std::uint64_t free = 1'000'000) {
    std::vector<std::string> sessions;
    for (const auto& one : removals(stored, rules, now, free)) sessions.push_back(one.session);
    return sessions;
}

using Sessions = std::vector<std::string>;

}  // namespace

TEST_CASE("without rules nothing is removed") {
    CHECK(removed(movies({1, 500}), no_rules(), 0).empty());
}

TEST_CASE("movies go when their days are over") {
    auto rules = no_rules();
    rules.days = 30;
    CHECK(removed(movies({29, 30, 31, 90}), rules) == Sessions{"1-90", "1-31"});
}

TEST_CASE("of too many or too large movies the oldest go") {
    auto rules = no_rules();
    rules.count = 2;
    CHECK(removed(movies({1, 2, 3, 4}), rules) == Sessions{"1-4", "1-3"});
    rules = no_rules();
    rules.bytes = 250;
    CHECK(removed(movies({1, 2, 3, 4}), rules) == Sessions{"1-4", "1-3"});
    rules = no_rules();
    rules.free_bytes = 1'000;
    CHECK(removed(movies({1, 2, 3, 4}), rules, 850) == Sessions{"1-4", "1-3"});
    CHECK(removed(movies({1, 2, 3, 4}), rules, 1'000).empty());
}

TEST_CASE("what is spared counts and stays") {
    auto stored = movies({1, 2, 90});
    stored[2].spared = true;
    RetentionRules rules;
    rules.count = 2;
    CHECK(removed(stored, rules) == Sessions{"1-2"});
    CHECK(removals(stored, rules, now, 0).front().why == "more than 2 movies");
}

TEST_CASE("under way, waiting and held movies are spared; deleted ones are not there") {
    const test::Scratch folder;
    for (const auto* name : {"1-a.fbs", "1-a.json", "1-a.png", "1-b.part1.fbs", "1-d.fbs", "notes.txt"})
        std::ofstream(folder / name) << "12345";
    using hub::MovieState;
    std::vector<hub::MovieRecord> rows;
    for (const auto& [session, state] :
         {std::pair{"1-a", MovieState::finished}, std::pair{"1-b", MovieState::waiting},
          std::pair{"1-c", MovieState::recording}, std::pair{"1-d", MovieState::deleted},
          std::pair{"1-e", MovieState::failed}, std::pair{"1-f", MovieState::finished}}) {
        hub::MovieRecord row;
        row.session = session;
        row.state = state;
        if (state != MovieState::recording) row.ended = 5;
        rows.push_back(row);
    }
    rows.back().hold = "court order";
    const auto stored = stored_movies(folder.path(), rows);
    std::string spared;
    for (const auto& one : stored)
        if (one.spared) spared += one.session + " ";
    CHECK(stored.size() == 5);
    CHECK(spared == "1-b 1-c 1-f ");
    CHECK(stored[0].bytes == 15);
    CHECK(undeleted(folder.path(), rows) == Sessions{"1-d"});
    CHECK(remove_movie(folder.path(), "1-a") == 15);
    CHECK(bytes_by_session(folder.path()) == std::map<std::string, std::uint64_t>{{"1-b", 5}, {"1-d", 5}});
}
