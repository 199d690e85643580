#include "db/assistances.hpp"

#include "db/connection.hpp"

namespace pronto::db {

Assistances::Assistances(Database& database) : connection_(database.connection()) {}

void Assistances::save(const AssistanceRow& row) {
    Query(connection_,
          "INSERT INTO assistances (id, ticket, operator, guest_name, host_name, user, system, address, opened)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET ticket = excluded.ticket,"
          " operator = excluded.operator, guest_name = excluded.guest_name, host_name = excluded.host_name,"
          " user = excluded.user, system = excluded.system, address = excluded.address, opened = excluded.opened",
          row.id, or_null(row.ticket_id), row.operator_id, row.guest_name, row.host_name, row.user, row.system,
          row.address, row.opened)
        .run();
}

std::optional<AssistanceRow> Assistances::find(const std::string& id) {
    Query query(connection_,
                "SELECT id, ticket, operator, guest_name, host_name, user, system, address, opened FROM assistances"
                " WHERE id = ?",
                id);
    if (!query.step()) return std::nullopt;
    return AssistanceRow{query.text(0), query.text(1), query.number(2), query.text(3),  query.text(4),
                         query.text(5), query.text(6), query.text(7),   query.number(8)};
}

}  // namespace pronto::db
