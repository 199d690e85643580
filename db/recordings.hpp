#pragma once

#include <string>
#include <vector>

#include "db/rows.hpp"

namespace pronto::db {

class Connection;
class Database;

/// The parts of movies.
class Recordings {
public:
    explicit Recordings(Database& database);
    void save(const RecordingRow& row);
    /// The parts of one session in order.
    std::vector<RecordingRow> list(const std::string& session);
    /// The newest parts first.
    std::vector<RecordingRow> newest(int limit);
    /// Those still being written (or left so by a hub that was killed).
    std::vector<RecordingRow> open();

private:
    Connection& connection_;
};

}  // namespace pronto::db
