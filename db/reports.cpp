#include "db/reports.hpp"

#include "db/connection.hpp"

namespace pronto::db {

Reports::Reports(Database& database) : connection_(database.connection()) {}

void Reports::save(const ReportRow& row) {
    Query(connection_,
          "INSERT INTO reports (assistance, operator, problem, solution, category, outcome, saved)"
          " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (assistance) DO UPDATE SET operator = excluded.operator,"
          " problem = excluded.problem, solution = excluded.solution, category = excluded.category,"
          " outcome = excluded.outcome, saved = excluded.saved",
          row.assistance, row.operator_id, row.problem, row.solution, row.category, row.outcome, row.saved)
        .run();
}

std::optional<ReportRow> Reports::find(const std::string& assistance) {
    Query query(connection_,
                "SELECT assistance, operator, problem, solution, category, outcome, saved FROM reports"
                " WHERE assistance = ?",
                assistance);
    if (!query.step()) return std::nullopt;
    return ReportRow{query.text(0), query.number(1), query.text(2),  query.text(3),
                     query.text(4), query.text(5),   query.number(6)};
}

}  // namespace pronto::db
