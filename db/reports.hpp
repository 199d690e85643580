#pragma once

#include <optional>
#include <string>

#include "db/rows.hpp"

namespace pronto::db {

class Connection;
class Database;

/// How the operator qualified an assistance.
class Reports {
public:
    explicit Reports(Database& database);
    /// A second one for the same assistance replaces the first.
    void save(const ReportRow& row);
    std::optional<ReportRow> find(const std::string& assistance);

private:
    Connection& connection_;
};

}  // namespace pronto::db
