#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace pronto::db {

class Connection;

/// What went wrong with the database, in words a user can act on (they name the file).
class Error : public std::runtime_error {
public:
    enum class Kind {
        missing,     ///< there is no database file, or its folder is not there
        access,      ///< the file or its folder may not be written (or read)
        full,        ///< no space left
        busy,        ///< another process kept it locked beyond the busy timeout
        corrupt,     ///< damaged, or not a database at all
        newer,       ///< written by a newer Pronto
        constraint,  ///< the row breaks a rule of the schema: trying again cannot help
        other,
    };
    Error(Kind kind, const std::string& words) : std::runtime_error(words), kind_(kind) {}
    Kind kind() const { return kind_; }

private:
    Kind kind_;
};

/// Where the database stands in a hub's data folder: DATA/pronto.db.
std::filesystem::path database_file(const std::filesystem::path& data_folder);

/// One connection to the hub's database: WAL, foreign keys, a busy timeout of 5 s. Not thread-safe: one object per
/// thread (or a mutex); many objects, in many processes, may be open at once.
class Database {
public:
    enum class Open {
        create,     ///< made (0600) if missing, brought up to date
        existing,   ///< must be there; brought up to date
        read_only,  ///< must be there and up to date
    };
    explicit Database(const std::filesystem::path& file, Open how = Open::create);
    ~Database();
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;

    const std::filesystem::path& file() const;
    /// The schema's version, as `PRAGMA user_version` has it.
    int version();
    /// For the repositories of this folder.
    Connection& connection() { return *connection_; }

private:
    std::unique_ptr<Connection> connection_;
};

/// The writes between construction and commit() happen together or (destroyed without commit) not at all.
class Transaction {
public:
    explicit Transaction(Database& database) : Transaction(database.connection()) {}
    explicit Transaction(Connection& connection);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

private:
    Connection& connection_;
    bool open_ = true;
};

}  // namespace pronto::db
