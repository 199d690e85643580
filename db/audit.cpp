#include "db/audit.hpp"

#include "db/connection.hpp"

namespace pronto::db {

Audit::Audit(Database& database) : connection_(database.connection()) {}

void Audit::append(const AuditRow& row) {
    Query(connection_, "INSERT INTO audit (time, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)", row.time,
          row.actor, row.action, row.subject, row.detail)
        .run();
}

std::vector<AuditRow> Audit::newest(int limit) {
    Query query(connection_, "SELECT id, time, actor, action, subject, detail FROM audit ORDER BY id DESC LIMIT ?",
                limit);
    std::vector<AuditRow> rows;
    while (query.step())
        rows.push_back({query.number(0), query.number(1), query.text(2), query.text(3), query.text(4), query.text(5)});
    return rows;
}

}  // namespace pronto::db
