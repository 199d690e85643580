#include "db/database.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <csignal>
#include <fstream>
#include <optional>
#include <thread>
#include <vector>

#include <sqlite3.h>
#include <catch2/catch.hpp>

#include "db/audit.hpp"
#include "db/connection.hpp"
#include "db/operators.hpp"
#include "tests/unit/db/scratch.hpp"

using namespace pronto;
using test::Scratch;

namespace {

unsigned mode_of(const std::filesystem::path& file) {
    struct stat facts {};
    REQUIRE(::stat(file.c_str(), &facts) == 0);
    return facts.st_mode & 0777;
}

/// SQL behind the library's back.
void alter(const std::filesystem::path& file, const std::string& sql) {
    sqlite3* handle = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &handle) == SQLITE_OK);
    const int code = sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr);
    sqlite3_close(handle);
    REQUIRE(code == SQLITE_OK);
}

template <class Act>
std::optional<db::Error> error_of(Act act) {
    try {
        act();
    } catch (const db::Error& error) {
        return error;
    }
    return std::nullopt;
}

const db::OperatorRow anna{0, "anna", "$argon2id$v=19$x", true, true, 5};

}  // namespace

TEST_CASE("a new database is private, and so are its companions") {
    const Scratch folder;
    const auto file = db::database_file(folder.path());
    db::Database database(file);
    db::Operators(database).add(anna);
    CHECK(mode_of(file) == 0600);
    CHECK(mode_of(folder / "pronto.db-wal") == 0600);
    CHECK(mode_of(folder / "pronto.db-shm") == 0600);
    CHECK(database.version() == 4);
}

TEST_CASE("a database that others could read is made private") {
    const Scratch folder;
    const auto file = db::database_file(folder.path());
    { db::Database database(file); }
    REQUIRE(::chmod(file.c_str(), 0644) == 0);
    db::Database database(file);
    CHECK(mode_of(file) == 0600);
}

TEST_CASE("what was stored is there for every later connection") {
    const Scratch folder;
    const auto file = db::database_file(folder.path());
    db::Database writer(file);
    db::Operators(writer).add(anna);
    db::Database reader(file, db::Database::Open::read_only);
    CHECK(db::Operators(reader).find("anna").has_value());
    CHECK(error_of([&] { db::Operators(reader).set_enabled(1, false); })->kind() == db::Error::Kind::access);
}

TEST_CASE("several threads may bring the same new database up to date") {
    const Scratch folder;
    const auto file = db::database_file(folder.path());
    { db::Database first(file); }
    alter(file,
          "DROP TABLE resumes; DROP TABLE tokens; DROP TABLE movies; DROP TABLE holds; DROP TABLE audit; DROP TABLE recordings; DROP TABLE reports; DROP TABLE participants;"
          "DROP TABLE sessions; DROP TABLE assistances; DROP TABLE tickets; DROP TABLE operators;"
          "PRAGMA user_version = 0");
    std::vector<std::thread> threads;
    std::vector<int> versions(4);
    for (auto& version : versions) threads.emplace_back([&] { version = db::Database(file).version(); });
    for (auto& thread : threads) thread.join();
    CHECK(versions == std::vector<int>(4, 4));
}

TEST_CASE("a database of a newer Pronto is refused and left alone") {
    const Scratch folder;
    const auto file = db::database_file(folder.path());
    { db::Database database(file); }
    alter(file, "PRAGMA user_version = 99");
    for (const auto how : {db::Database::Open::create, db::Database::Open::existing, db::Database::Open::read_only}) {
        const auto error = error_of([&] { db::Database(file, how); });
        REQUIRE(error.has_value());
        CHECK(error->kind() == db::Error::Kind::newer);
        CHECK_THAT(error->what(), Catch::Contains("newer Pronto") && Catch::Contains(file.string()));
    }
}

TEST_CASE("a failed migration leaves nothing behind") {
    const Scratch folder;
    const auto file = db::database_file(folder.path());
    alter(file, "CREATE TABLE sessions (id INTEGER)");  // in the way of the first migration, after other tables
    CHECK(error_of([&] { db::Database database(file); }).has_value());
    alter(file, "CREATE TABLE operators (id INTEGER)");  // would fail if it were there
}

TEST_CASE("a missing database is made only when asked") {
    const Scratch folder;
    const auto file = db::database_file(folder.path());
    const auto error = error_of([&] { db::Database(file, db::Database::Open::existing); });
    REQUIRE(error.has_value());
    CHECK(error->kind() == db::Error::Kind::missing);
    CHECK_THAT(error->what(), Catch::Contains(file.string()));
    CHECK_FALSE(std::filesystem::exists(file));
    CHECK(error_of([&] { db::Database(folder / "no/such/folder.db"); })->kind() == db::Error::Kind::missing);
}

TEST_CASE("a file that is no database, and a damaged one, are called by their name") {
    const Scratch folder;
    const auto file = db::database_file(folder.path());
    std::ofstream(file) << std::string(8192, 'x');
    const auto error = error_of([&] { db::Database database(file); });
    REQUIRE(error.has_value());
    CHECK(error->kind() == db::Error::Kind::corrupt);
    CHECK_THAT(error->what(), Catch::Contains("restore the last backup"));

    std::filesystem::remove(file);
    {
        db::Database database(file);
        for (int i = 0; i < 500; ++i)
            db::Audit(database).append({0, i, "hub", "test", "subject", std::string(100, 'd')});
    }
    const auto size = std::filesystem::file_size(file);
    {
        std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
        damage.seekp(4096);
        damage << std::string(static_cast<std::size_t>(size) - 4096, '\xAA');
    }
    const auto damaged = error_of([&] {
        db::Database database(file);
        db::Audit(database).newest(500);
    });
    REQUIRE(damaged.has_value());
    CHECK(damaged->kind() == db::Error::Kind::corrupt);
}

TEST_CASE("a folder is no database") {
    const Scratch folder;
    CHECK(error_of([&] { db::Database database(folder.path()); })->kind() == db::Error::Kind::access);
}

TEST_CASE("a transaction that is not committed never was") {
    const Scratch folder;
    db::Database database(db::database_file(folder.path()));
    {
        db::Transaction transaction(database);
        db::Operators(database).add(anna);
    }
    CHECK(db::Operators(database).count() == 0);
    {
        db::Transaction transaction(database);
        db::Operators(database).add(anna);
        transaction.commit();
    }
    CHECK(db::Operators(database).count() == 1);
}

TEST_CASE("no space left is told from other failures") {
    const Scratch folder;
    db::Database database(db::database_file(folder.path()));
    database.connection().run("PRAGMA max_page_count = 1");  // no page more than there are
    const auto error = error_of([&] {
        db::Audit(database).append({0, 1, "hub", "test", "", std::string(100'000, 'x')});
    });
    REQUIRE(error.has_value());
    CHECK(error->kind() == db::Error::Kind::full);
    CHECK_THAT(error->what(), Catch::Contains("free some space"));
}

TEST_CASE("a disk that refuses a write costs only the transaction that met it") {
    const Scratch folder;
    const auto file = db::database_file(folder.path());
    db::Database database(file);
    db::Operators(database).add(anna);

    // The limit on a file's size stands in for the disk's end: SQLite meets the same failing write.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit small{std::filesystem::file_size(folder / "pronto.db-wal") + 1000, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const auto error = error_of([&] {
        db::Audit(database).append({0, 1, "hub", "test", "", std::string(100'000, 'x')});
    });
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);

    REQUIRE(error.has_value());
    CHECK_THAT(error->what(), Catch::Contains(file.string()));
    CHECK(db::Audit(database).newest(10).empty());
    db::Audit(database).append({0, 1, "hub", "test", "", "afterwards"});
    CHECK(db::Audit(database).newest(10).size() == 1);
}
