#include "db/audit.hpp"

#include <sqlite3.h>
#include <catch2/catch.hpp>

#include "db/database.hpp"
#include "tests/unit/db/scratch.hpp"

using namespace pronto;

namespace {

/// Four rows; then what somebody does to them with other tools.
db::AuditCheck after(const std::string& sql) {
    const test::Scratch folder;
    const auto file = db::database_file(folder.path());
    db::Database database(file);
    for (int i = 1; i <= 4; ++i) db::Audit(database).append({0, i, "anna", "test", "subject", "detail"});
    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &other) == SQLITE_OK);
    REQUIRE(sqlite3_exec(other, "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_deleted", nullptr,
                         nullptr, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_exec(other, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(other);
    return db::Audit(database).check();
}

using Broken = std::vector<std::string>;

}  // namespace

TEST_CASE("the audit log's chain shows every change") {
    const auto whole = after("");
    CHECK(whole.rows == 4);
    CHECK(whole.head.size() == 64);
    CHECK(whole.broken.empty());
    CHECK(after("UPDATE audit SET actor = 'x' WHERE id = 2").broken ==
          Broken{"row 2 (test subject, by x) was changed"});
    CHECK(after("UPDATE audit SET actor = 'annat', action = 'est' WHERE id = 1").broken.size() == 1);
    CHECK(after("UPDATE audit SET time = 0 WHERE id = 4").broken.size() == 1);
    CHECK(after("UPDATE audit SET hash = 'x' WHERE id = 2").broken.size() == 2);
    CHECK(after("DELETE FROM audit WHERE id = 2").broken == Broken{"row 2 is missing"});
    CHECK(after("DELETE FROM audit WHERE id < 3").broken == Broken{"rows 1 to 2 are missing"});
    CHECK(after("DELETE FROM audit WHERE id = 4").broken == Broken{"row 4 is missing"});
    CHECK(after("DELETE FROM audit").broken == Broken{"rows 1 to 4 are missing"});
    // An end that was cut off stays visible however much is added behind it.
    CHECK(after("UPDATE audit SET id = 9 WHERE id = 4").broken == Broken{"rows 4 to 8 are missing"});
}

TEST_CASE("an id is never given twice, even if somebody removes the newest row") {
    const test::Scratch folder;
    const auto file = db::database_file(folder.path());
    db::Database database(file);
    db::Audit audit(database);
    audit.append({0, 1, "anna", "test", "", ""});
    audit.append({0, 2, "anna", "test", "", ""});
    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &other) == SQLITE_OK);
    REQUIRE(sqlite3_exec(other, "DROP TRIGGER audit_is_never_deleted; DELETE FROM audit WHERE id = 2", nullptr, nullptr,
                         nullptr) == SQLITE_OK);
    sqlite3_close(other);
    audit.append({0, 3, "anna", "test", "", ""});
    CHECK(audit.newest(1).front().id == 3);
    CHECK(audit.check().broken == Broken{"row 2 is missing"});
}

TEST_CASE("a log from before the chain is chained") {
    const test::Scratch folder;
    const auto file = db::database_file(folder.path());
    {
        db::Database database(file);
        for (int i = 1; i <= 3; ++i) db::Audit(database).append({0, i, "anna", "test", "subject", "detail"});
    }
    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &other) == SQLITE_OK);
    REQUIRE(sqlite3_exec(other,
                         "DROP INDEX audit_by_action; ALTER TABLE audit DROP COLUMN hash; DROP TABLE movies;"
                         " DROP TABLE holds; ALTER TABLE tickets DROP COLUMN assistance; ALTER TABLE tickets DROP COLUMN secret_sha256;"
                         " ALTER TABLE tickets DROP COLUMN \"left\"; DROP TABLE resumes; DROP TABLE tokens; ALTER TABLE sessions DROP COLUMN seen;"
                         " ALTER TABLE sessions DROP COLUMN generation; ALTER TABLE sessions DROP COLUMN may_wait;"
                         " ALTER TABLE sessions DROP COLUMN operator_pauses; ALTER TABLE sessions DROP COLUMN guest_pauses; PRAGMA user_version = 1",
                         nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(other);
    db::Database database(file);
    db::Audit audit(database);
    audit.append({0, 4, "anna", "test", "subject", "detail"});
    const auto check = audit.check();
    CHECK(check.rows == 4);
    CHECK(check.broken.empty());
    REQUIRE(sqlite3_open(file.c_str(), &other) == SQLITE_OK);
    CHECK(sqlite3_exec(other, "UPDATE audit SET actor = 'nobody'", nullptr, nullptr, nullptr) == SQLITE_CONSTRAINT);
    sqlite3_close(other);
}

TEST_CASE("audit rows are listed newest first and cannot be changed or deleted") {
    const test::Scratch folder;
    const auto file = db::database_file(folder.path());
    db::Database database(file);
    db::Audit audit(database);
    audit.append({0, 10, "anna", "ticket.create", "1-E75B1", ""});
    audit.append({0, 20, "hub", "session.request", "1-s", "mode control"});
    const auto rows = audit.newest(10);
    REQUIRE(rows.size() == 2);
    db::AuditRow second{2, 20, "hub", "session.request", "1-s", "mode control"};
    second.hash = db::audit_hash(second, rows[1].hash);
    CHECK(rows[0] == second);
    CHECK(audit.of_action("ticket.create").size() == 1);
    CHECK(audit.newest(1).size() == 1);

    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &other) == SQLITE_OK);
    CHECK(sqlite3_exec(other, "UPDATE audit SET actor = 'nobody'", nullptr, nullptr, nullptr) == SQLITE_CONSTRAINT);
    CHECK(sqlite3_exec(other, "DELETE FROM audit", nullptr, nullptr, nullptr) == SQLITE_CONSTRAINT);
    CHECK(sqlite3_exec(other, "DELETE FROM audit WHERE id = 1", nullptr, nullptr, nullptr) == SQLITE_CONSTRAINT);
    sqlite3_close(other);
    CHECK(audit.newest(10) == rows);
}
