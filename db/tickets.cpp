#include "db/tickets.hpp"

#include "db/connection.hpp"

namespace pronto::db {

namespace {

const std::string select =
    "SELECT t.id, t.ticket, t.operator, o.name, t.created, t.expires, t.used, t.assistance, t.secret_sha256, t.\"left\" FROM tickets t"
    " JOIN operators o ON o.id = t.operator ";

TicketRow row_of(Query& query) {
    return {query.text(0),   query.text(1),   query.number(2), query.text(3),
                     query.number(4), query.number(5), query.maybe(6), query.text(7), query.text(8), query.maybe(9)};
}

std::optional<TicketRow> first(Query& query) {
    if (!query.step()) return std::nullopt;
    return row_of(query);
}

}  // namespace

Tickets::Tickets(Database& database) : connection_(database.connection()) {}

void Tickets::save(const TicketRow& row) {
    Query(connection_,
          "INSERT INTO tickets (id, ticket, operator, created, expires, used, assistance, secret_sha256, \"left\")"
          " VALUES (?, ?, ?, ?, ?, ?, NULLIF(?, ''), ?, ?)"
          " ON CONFLICT (id) DO UPDATE SET expires = excluded.expires, used = excluded.used, assistance = excluded.assistance,"
          " secret_sha256 = excluded.secret_sha256, \"left\" = excluded.\"left\"",
          row.id, row.ticket, row.operator_id, row.created, row.expires, row.used, row.assistance, row.secret_sha256, row.left)
        .run();
}

std::optional<TicketRow> Tickets::newest(const std::string& ticket) {
    Query query(connection_, select + "WHERE t.ticket = ? ORDER BY t.created DESC, t.rowid DESC LIMIT 1", ticket);
    return first(query);
}

std::optional<TicketRow> Tickets::find(const std::string& id) {
    Query query(connection_, select + "WHERE t.id = ?", id);
    return first(query);
}

std::vector<TicketRow> Tickets::list_live(UnixMillis now, int limit) {
    Query query(connection_, select + "WHERE t.used IS NULL AND t.expires > ? ORDER BY t.created DESC, t.rowid DESC LIMIT ?", now,
                std::int64_t{limit});
    std::vector<TicketRow> rows;
    while (query.step()) rows.push_back(row_of(query));
    return rows;
}

bool Tickets::live(const std::string& ticket, UnixMillis now) {
    // A VNC server's is its own while it is there, and as long as it may come back.
    constexpr std::int64_t absence_ms = 10 * 60 * 1000;
    Query query(connection_,
                "SELECT 1 FROM tickets WHERE ticket = ?1 AND ((used IS NULL AND expires > ?2) OR (assistance IS NOT NULL AND"
                " (\"left\" IS NULL OR \"left\" > ?3 OR expires > ?2))) LIMIT 1",
                ticket, now, now - absence_ms);
    return query.step();
}

}  // namespace pronto::db
