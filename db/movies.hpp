#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/rows.hpp"

namespace pronto::db {

class Connection;
class Database;

/// What became of the sessions' recordings, and which of them are held.
class Movies {
public:
    explicit Movies(Database& database);
    /// Replaces the row of that session, unless it says that the movie was deleted: that is final. Returns false then.
    bool save(const MovieRow& row);
    /// The state of a session that was recorded; one without a row yet is `recording`, or `waiting` if it has ended.
    std::optional<MovieRow> find(const std::string& session);
    /// As find(), of every recorded session, the newest first. No limit: 0.
    std::vector<MovieRow> newest(int limit);
    /// Sessions that have ended, with all their parts closed and no outcome yet; the one that ended first is first.
    std::vector<std::string> due();
    bool is_due(const std::string& session);
    /// Takes back what a hub that is gone had begun: `working` is `waiting` again.
    void put_back();

    /// A second one for the same session replaces the first.
    void hold(const HoldRow& row);
    /// False if it was not held.
    bool release(const std::string& session);

private:
    Connection& connection_;
};

}  // namespace pronto::db
