#pragma once

#include <string>
#include <vector>

#include "db/rows.hpp"

namespace pronto::db {

class Connection;
class Database;

/// Who took part in a session, and when.
class Participants {
public:
    explicit Participants(Database& database);
    void save(const ParticipantRow& row);
    /// In the order they joined.
    std::vector<ParticipantRow> list(const std::string& session);

private:
    Connection& connection_;
};

}  // namespace pronto::db
