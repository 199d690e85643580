#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "db/database.hpp"

/// For this folder only: SQLiteCpp behind prepared statements that report errors as db::Error.
namespace pronto::db {

class Connection {
public:
    Connection(std::filesystem::path file, Database::Open how);

    /// Throws the Error that belongs to SQLite's (extended) result code.
    [[noreturn]] void fail(int code, const char* words) const;
    /// Statements without parameters or results.
    void run(const char* sql);
    int version();

    const std::filesystem::path& file() const { return file_; }
    SQLite::Database& sqlite() { return sqlite_; }
    /// Prepared at its first use, then kept: never put a value into `sql`.
    SQLite::Statement& prepared(const std::string& sql);

private:
    void configure(Database::Open how);

    std::filesystem::path file_;
    SQLite::Database sqlite_;
    std::map<std::string, SQLite::Statement> statements_;  // finalized before sqlite_ is closed
};

/// One run of a prepared statement; ready for the next when it goes. Parameters are bound in order.
///   Query query(connection, "SELECT name FROM operators WHERE id = ?", id);
///   while (query.step()) names.push_back(query.text(0));
class Query {
public:
    template <class... Values>
    Query(Connection& connection, const std::string& sql, const Values&... values)
        : connection_(connection), statement_(connection.prepared(sql)) {
        (bind(values), ...);
    }
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// The next row, or false after the last.
    bool step();
    /// For statements without results. Returns how many rows they changed.
    int run();

    // Columns of the row, counted from 0.
    std::string text(int column) const;  ///< NULL: empty
    std::int64_t number(int column) const;
    bool flag(int column) const { return number(column) != 0; }
    std::optional<std::int64_t> maybe(int column) const;

private:
    void bind(const std::string& value) { statement_.bind(next_++, value); }
    void bind(const char* value) { statement_.bind(next_++, value); }
    void bind(std::int64_t value) { statement_.bind(next_++, value); }
    void bind(int value) { statement_.bind(next_++, value); }
    void bind(bool value) { statement_.bind(next_++, value ? 1 : 0); }
    void bind(const std::optional<std::int64_t>& value);
    void bind(const std::optional<std::string>& value);

    Connection& connection_;
    SQLite::Statement& statement_;
    int next_ = 1;
};

/// How an empty text that stands for "none" is stored.
inline std::optional<std::string> or_null(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return text;
}

}  // namespace pronto::db
