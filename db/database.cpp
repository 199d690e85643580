#include "db/database.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sqlite3.h>

#include "db/connection.hpp"
#include "db/schema.hpp"

namespace pronto::db {

namespace {

constexpr int busy_timeout_ms = 5'000;

[[noreturn]] void cannot_open(const std::filesystem::path& file, int reason) {
    const auto kind = reason == ENOENT || reason == ENOTDIR ? Error::Kind::missing : Error::Kind::access;
    throw Error(kind, fmt::format("cannot open the database {}: {}", file.string(), std::strerror(reason)));
}

/// Makes sure that nobody else may read the file, SQLite's -wal and -shm take over its mode. An existing file is never
/// opened here: closing any descriptor of it would drop the locks of this process' other connections (POSIX).
void make_private(const std::filesystem::path& file, Database::Open how) {
    struct stat facts {};
    if (::stat(file.c_str(), &facts) == 0) {
        if (how != Database::Open::read_only && (facts.st_mode & 077) != 0) ::chmod(file.c_str(), 0600);
        return;
    }
    if (errno != ENOENT) cannot_open(file, errno);
    if (how != Database::Open::create)
        throw Error(
            Error::Kind::missing,
            fmt::format("there is no database at {}: is this the hub's data folder (--data DIR)?", file.string()));
    const int fd = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && errno != EEXIST) cannot_open(file, errno);
    if (fd >= 0) ::close(fd);
}

SQLite::Database open(const std::filesystem::path& file, Database::Open how) {
    make_private(file, how);
    const int mode = how == Database::Open::read_only ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE;
    try {
        return {file, mode, busy_timeout_ms};
    } catch (const SQLite::Exception& problem) {
        throw Error(Error::Kind::access, fmt::format("cannot open the database {}: {}", file.string(), problem.what()));
    }
}

struct Words {
    Error::Kind kind;
    const char* remedy;
};

Words words_for(int code) {
    switch (code & 0xFF) {
        case SQLITE_FULL:
            return {Error::Kind::full, "free some space on that disk"};
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_CANTOPEN:
            return {Error::Kind::access, "the hub's user must own the data folder and may write in it"};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {Error::Kind::busy, "another program keeps it locked; end that one"};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {Error::Kind::corrupt, "the file is damaged or no database; restore the last backup"};
        case SQLITE_CONSTRAINT:
            return {Error::Kind::constraint, "the row breaks a rule of the database"};
        case SQLITE_IOERR:
            return {Error::Kind::other, "the disk failed; look at the system's log"};
        default:
            return {Error::Kind::other, "look at the system's log"};
    }
}

}  // namespace

std::filesystem::path database_file(const std::filesystem::path& data_folder) {
    return data_folder / "pronto.db";
}

Connection::Connection(std::filesystem::path file, Database::Open how)
    : file_(std::move(file)), sqlite_(open(file_, how)) {
    try {
        configure(how);
    } catch (const SQLite::Exception& problem) {
        fail(problem.getErrorCode(), problem.what());
    }
}

void Connection::configure(Database::Open how) {
    sqlite3_extended_result_codes(sqlite_.getHandle(), 1);
    run("PRAGMA foreign_keys = ON");
    run("PRAGMA trusted_schema = OFF");
    if (how == Database::Open::read_only) {
        expect_newest(*this);
        return;
    }
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = NORMAL");
    migrate(*this);
}

void Connection::fail(int code, const char* words) const {
    const auto [kind, remedy] = words_for(code);
    throw Error(kind, fmt::format("database {}: {} ({})", file_.string(), words, remedy));
}

void Connection::run(const char* sql) {
    const int code = sqlite_.tryExec(sql);
    if (code != SQLITE_OK) fail(code, sqlite_.getErrorMsg());
}

int Connection::version() {
    Query query(*this, "PRAGMA user_version");
    return query.step() ? static_cast<int>(query.number(0)) : 0;
}

SQLite::Statement& Connection::prepared(const std::string& sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) return found->second;
    try {
        return statements_.try_emplace(sql, sqlite_, sql).first->second;
    } catch (const SQLite::Exception& problem) {
        fail(problem.getErrorCode(), problem.what());
    }
}

Query::~Query() {
    statement_.tryReset();
}

bool Query::step() {
    const int code = statement_.tryExecuteStep();
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    connection_.fail(statement_.getExtendedErrorCode(), statement_.getErrorMsg());
}

int Query::run() {
    step();
    return statement_.getChanges();
}

std::string Query::text(int column) const {
    return statement_.getColumn(column).getString();
}
std::int64_t Query::number(int column) const {
    return statement_.getColumn(column).getInt64();
}
std::optional<std::int64_t> Query::maybe(int column) const {
    if (statement_.isColumnNull(column)) return std::nullopt;
    return number(column);
}

void Query::bind(const std::optional<std::int64_t>& value) {
    if (value)
        bind(*value);
    else
        statement_.bind(next_++);
}
void Query::bind(const std::optional<std::string>& value) {
    if (value)
        statement_.bind(next_++, *value);
    else
        statement_.bind(next_++);
}

Database::Database(const std::filesystem::path& file, Open how)
    : connection_(std::make_unique<Connection>(file, how)) {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

const std::filesystem::path& Database::file() const {
    return connection_->file();
}
int Database::version() {
    return connection_->version();
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
    connection_.run("BEGIN IMMEDIATE");
}
Transaction::~Transaction() {
    if (open_) connection_.sqlite().tryExec("ROLLBACK");  // fails harmlessly when SQLite rolled back by itself
}
void Transaction::commit() {
    connection_.run("COMMIT");
    open_ = false;
}

}  // namespace pronto::db
