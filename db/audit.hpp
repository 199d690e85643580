#pragma once

#include <string>
#include <vector>

#include "db/rows.hpp"

namespace pronto::db {

class Connection;
class Database;

/// The hash of a row in the chain: SHA-256, in hex, of the lines "pronto audit 1", the hash of the row before (empty
/// for the first), the id, the time, and actor, action, subject and detail, each as "<bytes>:<text>"; each line ended
/// by \n. `row.hash` is not looked at.
std::string audit_hash(const AuditRow& row, const std::string& before);

/// Is the log as it was written?
struct AuditCheck {
    std::int64_t rows = 0;            ///< that were looked at
    std::string head;                 ///< hash of the newest row
    std::vector<std::string> broken;  ///< in words, one for each place; at most ten
};

/// Who did what, when. Rows are only ever added: the database itself refuses to change or delete one, and each holds
/// the hash of itself and the one before, so that a change by other means shows.
class Audit {
public:
    explicit Audit(Database& database);
    void append(const AuditRow& row);
    AuditCheck check();
    /// Those of one action, the oldest first.
    std::vector<AuditRow> of_action(const std::string& action);
    /// The newest first.
    std::vector<AuditRow> newest(int limit);

private:
    Connection& connection_;
};

}  // namespace pronto::db
