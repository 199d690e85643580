#pragma once

#include <optional>
#include <string>

#include "db/rows.hpp"

namespace pronto::db {

class Connection;
class Database;

class Assistances {
public:
    explicit Assistances(Database& database);
    void save(const AssistanceRow& row);
    std::optional<AssistanceRow> find(const std::string& id);

private:
    Connection& connection_;
};

}  // namespace pronto::db
