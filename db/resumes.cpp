#include "db/resumes.hpp"

#include "db/connection.hpp"

namespace pronto::db {

Resumes::Resumes(Database& database) : connection_(database.connection()) {}

void Resumes::save(const ResumeRow& row) {
    Query(connection_,
          "INSERT INTO resumes (ticket, assistance, name, key, token_sha256, earlier_sha256, \"left\") VALUES (?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (ticket) DO UPDATE SET assistance = excluded.assistance, name = excluded.name, key = excluded.key,"
          " token_sha256 = excluded.token_sha256, earlier_sha256 = excluded.earlier_sha256, \"left\" = excluded.\"left\"",
          row.ticket_id, row.assistance, row.name, row.key, row.token_sha256, row.earlier_sha256, row.left)
        .run();
}

void Resumes::remove(const std::string& ticket_id) {
    Query(connection_, "DELETE FROM resumes WHERE ticket = ?", ticket_id).run();
}

std::vector<ResumeRow> Resumes::list() {
    Query query(connection_,
                "SELECT r.ticket, t.ticket, o.name, r.assistance, r.name, r.key, r.token_sha256, r.earlier_sha256, r.\"left\""
                " FROM resumes r JOIN tickets t ON t.id = r.ticket JOIN operators o ON o.id = t.operator"
                " ORDER BY r.\"left\" NULLS LAST, r.ticket");
    std::vector<ResumeRow> rows;
    while (query.step())
        rows.push_back({query.text(0), query.text(1), query.text(2), query.text(3), query.text(4), query.text(5), query.text(6),
                        query.text(7), query.maybe(8)});
    return rows;
}

}  // namespace pronto::db
