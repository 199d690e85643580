#include "repeater/records/archive.hpp"

#include <thread>

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "repeater/records/json.hpp"
#include "repeater/records/stored_records.hpp"
#include "tests/unit/repeater/records/fixture.hpp"

using namespace pronto;
using records::Archive;

namespace {

struct Fixture : test::RecordsFixture {
    records::StoredRecords stored{file};
    Fixture() {
        stored.save(ticket("1-t", 1'000));
        stored.save(assistance());
    }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "sessions come in pages until there are no more") {
    for (int i = 0; i < 5; ++i) stored.save(session("1-" + std::to_string(i), 1'000 + i));
    REQUIRE(stored.flush());
    const Archive archive(file);
    records::SessionQuery query;
    query.limit = 2;
    std::vector<std::string> seen;
    for (int pages = 0; pages < 3; ++pages) {
        const auto page = archive.sessions(query);
        REQUIRE(page.has_value());
        for (const auto& row : page->sessions) seen.push_back(row.id);
        CHECK(page->next.empty() == (pages == 2));
        query.cursor = page->next;
    }
    CHECK(seen == std::vector<std::string>{"1-4", "1-3", "1-2", "1-1", "1-0"});
    query.limit = 5;
    query.cursor.clear();
    CHECK(archive.sessions(query)->next.empty());
    query.cursor = "nonsense";
    CHECK_FALSE(archive.sessions(query).has_value());
    CHECK_FALSE(archive.session("1-9").has_value());
}

TEST_CASE_METHOD(Fixture, "movies come in pages, of one operator or all, with their sessions") {
    for (int i = 0; i < 6; ++i) {
        auto row = session("1-" + std::to_string(i), 1'000 + i);
        if (i == 3) row.operator_id = bruno;
        stored.save(row);
        if (i != 1)  // nothing was recorded of that one
            stored.save(hub::RecordingRecord{row.id, 1, "x", hub::RecordingState::writing, 1'020, 0, 0, ""});
    }
    REQUIRE(stored.flush());
    const Archive archive(file);
    const auto seen = [&](const std::string& operator_name) {
        std::vector<std::string> ids;
        records::MovieQuery query{operator_name, 2, {}};
        do {
            const auto page = archive.movies(query);
            REQUIRE(page.has_value());
            CHECK(page->movies.size() <= 2);
            for (const auto& [row, movie] : page->movies) {
                CHECK(movie.session == row.id);
                CHECK(movie.state == hub::MovieState::recording);
                ids.push_back(row.id);
            }
            query.cursor = page->next;
        } while (!query.cursor.empty());
        return ids;
    };
    CHECK(seen("") == std::vector<std::string>{"1-5", "1-4", "1-3", "1-2", "1-0"});
    CHECK(seen("anna") == std::vector<std::string>{"1-5", "1-4", "1-2", "1-0"});
    CHECK(seen("bruno") == std::vector<std::string>{"1-3"});
    CHECK_FALSE(archive.movies({{}, 2, "nonsense"}).has_value());
    const auto json = records::to_json(*archive.movies({"bruno", 2, {}}));
    const auto& told = json.at("movies").as_array().at(0).as_object();
    CHECK(told.at("session").as_string() == "1-3");
    CHECK(told.at("operator").as_string() == "bruno");
    CHECK(told.at("state").as_string() == "recording");
    CHECK(told.at("hold").is_null());
    CHECK(json.at("next").is_null());
}

TEST_CASE_METHOD(Fixture, "accounts are found by name and id, with what a log-in needs") {
    const Archive archive(file);
    const auto found = archive.account("ANNA");
    REQUIRE(found.has_value());
    CHECK(found->account == hub::Account{anna, "anna", true, "$argon2id$a"});
    CHECK(found->password_hash == "$argon2id$a");
    CHECK(found->enabled);
    CHECK_FALSE(archive.account(bruno)->enabled);
    CHECK_FALSE(archive.account("carla").has_value());
    CHECK(archive.credentials() == hub::Credentials{{anna, "$argon2id$a"}});
}

TEST_CASE_METHOD(Fixture, "many threads may ask at once, beside the writer") {
    const Archive archive(file);
    std::vector<std::thread> threads;
    std::vector<std::size_t> most(4);
    for (auto& count : most)
        threads.emplace_back([&archive, &count] {
            for (int i = 0; i < 50; ++i) count = std::max(count, archive.sessions({})->sessions.size());
        });
    for (int i = 0; i < 50; ++i) stored.save(session("1-" + std::to_string(i), 1'000 + i));
    for (auto& thread : threads) thread.join();
    REQUIRE(stored.flush());
    CHECK(archive.sessions({})->sessions.size() == 50);
}

TEST_CASE_METHOD(Fixture, "after a hub was killed its sessions are interrupted") {
    stored.save(session("1-s", 1'000));
    stored.save(hub::RecordingRecord{"1-s", 1, "1-s.part1.fbs", hub::RecordingState::writing, 1'020, 0, 0, ""});
    REQUIRE(stored.flush());
    const auto found = records::interrupt_open_sessions(file, 9'000);
    REQUIRE(found.sessions.size() == 1);
    CHECK(found.sessions[0].reason == control::EndReason::interrupted);
    REQUIRE(found.recordings.size() == 1);
    CHECK(found.recordings[0].state == hub::RecordingState::interrupted);
    CHECK(Archive(file).session("1-s")->session == found.sessions[0]);
}

TEST_CASE_METHOD(Fixture, "a story as JSON has the protocol's words and times") {
    stored.save(session("1-s", 1'700'000'000'125));
    REQUIRE(stored.flush());
    const auto object = records::to_json(*Archive(file).session("1-s"));
    CHECK(object.at("requested").as_string() == "2023-11-14T22:13:20.125Z");
    CHECK(object.at("ended").is_null());
    CHECK(object.at("state").as_string() == "streaming");
    CHECK(object.at("ticket").as_string() == "1-E75B1");
    CHECK(object.at("report").is_null());
}
