#pragma once

#include <string>
#include <vector>

#include "db/rows.hpp"

namespace pronto::db {

class Connection;
class Database;

/// Who did what, when. Rows are only ever added: the database itself refuses to change or delete one.
class Audit {
public:
    explicit Audit(Database& database);
    void append(const AuditRow& row);
    /// The newest first.
    std::vector<AuditRow> newest(int limit);

private:
    Connection& connection_;
};

}  // namespace pronto::db
