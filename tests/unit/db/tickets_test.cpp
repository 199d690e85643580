#include "db/tickets.hpp"

#include <catch2/catch.hpp>

#include "db/assistances.hpp"
#include "db/database.hpp"
#include "db/operators.hpp"
#include "db/reports.hpp"
#include "tests/unit/db/scratch.hpp"

using namespace pronto;

namespace {

struct Fixture {
    test::Scratch folder;
    db::Database database{db::database_file(folder.path())};
    std::int64_t anna = db::Operators(database).add({0, "anna", "$argon2id$x", false, true, 1});
    db::Tickets tickets{database};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a ticket is bound to the VNC server that registered with it, and to its secret") {
    db::TicketRow row{"1-a", "1-E75B1", anna, "anna", 1'000, 2'000, 1'500};
    tickets.save(row);
    CHECK(tickets.find("1-a") == row);
    db::Assistances(database).save({"1-c", "1-a", anna, "VNC-E75B1", "VNC", "", "VNC server", "192.0.2.9", 1'500});
    row.assistance = "1-c";
    row.secret_sha256 = std::string(64, 'a');
    tickets.save(row);
    CHECK(tickets.find("1-a") == row);
    row.left = 3'000;
    tickets.save(row);
    CHECK(tickets.newest("1-E75B1") == row);
    row.assistance = "1-nothing";
    CHECK_THROWS_AS(tickets.save(row), db::Error);
}

TEST_CASE_METHOD(Fixture, "of two tickets with one text the newest counts") {
    const db::TicketRow old{"1-a", "1-E75B1", anna, "anna", 1'000, 2'000, 1'500};
    const db::TicketRow fresh{"1-b", "1-E75B1", anna, "anna", 9'000, 10'000, std::nullopt};
    tickets.save(fresh);
    tickets.save(old);
    CHECK(tickets.newest("1-E75B1") == fresh);
    CHECK(tickets.find("1-a") == old);
    CHECK_FALSE(tickets.newest("1-00000").has_value());
}

TEST_CASE_METHOD(Fixture, "a ticket is live until it is used or expired") {
    db::TicketRow row{"1-a", "1-E75B1", anna, "anna", 1'000, 2'000, std::nullopt};
    tickets.save(row);
    CHECK(tickets.live("1-E75B1", 1'999));
    CHECK_FALSE(tickets.live("1-E75B1", 2'000));
    row.used = 1'200;
    tickets.save(row);
    CHECK_FALSE(tickets.live("1-E75B1", 1'999));
    CHECK(tickets.find("1-a") == row);
}

TEST_CASE_METHOD(Fixture, "a ticket needs an operator that exists") {
    CHECK_THROWS_AS(tickets.save({"1-a", "1-E75B1", 77, "", 1, 2, std::nullopt}), db::Error);
}

TEST_CASE_METHOD(Fixture, "an assistance with its report; saving again replaces") {
    tickets.save({"1-a", "1-E75B1", anna, "anna", 1, 2, std::nullopt});
    db::Assistances assistances(database);
    db::AssistanceRow row{"1-c", "1-a", anna, "PC-E75B1", "PC", "user", "Debian", "192.0.2.7", 5};
    assistances.save(row);
    row.host_name = "PC2";
    assistances.save(row);
    CHECK(assistances.find("1-c") == row);
    const db::AssistanceRow visit{"1-d", "", anna, "", "server", "", "", "", 6};
    assistances.save(visit);
    CHECK(assistances.find("1-d") == visit);

    db::Reports reports(database);
    db::ReportRow report{"1-c", anna, "no sound", "unmuted\nit", "audio", "solved", 9};
    reports.save(report);
    report.outcome = "follow_up";
    reports.save(report);
    CHECK(reports.find("1-c") == report);
    CHECK_FALSE(reports.find("1-d").has_value());
    report.outcome = "perfect";
    CHECK_THROWS_AS(reports.save(report), db::Error);
}
