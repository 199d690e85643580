#include "db/tickets.hpp"

#include "db/connection.hpp"

namespace pronto::db {

namespace {

const std::string select =
    "SELECT t.id, t.ticket, t.operator, o.name, t.created, t.expires, t.used FROM tickets t"
    " JOIN operators o ON o.id = t.operator ";

TicketRow row_of(Query& query) {
    return {query.text(0),   query.text(1),   query.number(2), query.text(3),
                     query.number(4), query.number(5), query.maybe(6)};
}

std::optional<TicketRow> first(Query& query) {
    if (!query.step()) return std::nullopt;
    return row_of(query);
}

}  // namespace

Tickets::Tickets(Database& database) : connection_(database.connection()) {}

void Tickets::save(const TicketRow& row) {
    Query(connection_,
          "INSERT INTO tickets (id, ticket, operator, created, expires, used) VALUES (?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (id) DO UPDATE SET expires = excluded.expires, used = excluded.used",
          row.id, row.ticket, row.operator_id, row.created, row.expires, row.used)
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
    Query query(connection_, "SELECT 1 FROM tickets WHERE ticket = ? AND used IS NULL AND expires > ? LIMIT 1", ticket,
                now);
    return query.step();
}

}  // namespace pronto::db
