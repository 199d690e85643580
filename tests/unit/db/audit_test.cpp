#include "db/audit.hpp"

#include <sqlite3.h>
#include <catch2/catch.hpp>

#include "db/database.hpp"
#include "tests/unit/db/scratch.hpp"

using namespace pronto;

TEST_CASE("audit rows are listed newest first and cannot be changed or deleted") {
    const test::Scratch folder;
    const auto file = db::database_file(folder.path());
    db::Database database(file);
    db::Audit audit(database);
    audit.append({0, 10, "anna", "ticket.create", "1-E75B1", ""});
    audit.append({0, 20, "hub", "session.request", "1-s", "mode control"});
    const auto rows = audit.newest(10);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0] == db::AuditRow{2, 20, "hub", "session.request", "1-s", "mode control"});
    CHECK(audit.newest(1).size() == 1);

    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &other) == SQLITE_OK);
    CHECK(sqlite3_exec(other, "UPDATE audit SET actor = 'nobody'", nullptr, nullptr, nullptr) == SQLITE_CONSTRAINT);
    CHECK(sqlite3_exec(other, "DELETE FROM audit", nullptr, nullptr, nullptr) == SQLITE_CONSTRAINT);
    CHECK(sqlite3_exec(other, "DELETE FROM audit WHERE id = 1", nullptr, nullptr, nullptr) == SQLITE_CONSTRAINT);
    sqlite3_close(other);
    CHECK(audit.newest(10) == rows);
}
