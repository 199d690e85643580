#pragma once

#include <string>
#include <vector>

#include "db/rows.hpp"

namespace pronto::db {

class Connection;
class Database;

/// Guests that may come back after a lost connection.
class Resumes {
public:
    explicit Resumes(Database& database);
    void save(const ResumeRow& row);
    void remove(const std::string& ticket_id);
    /// The longest gone first.
    std::vector<ResumeRow> list();

private:
    Connection& connection_;
};

}  // namespace pronto::db
