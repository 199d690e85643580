#include "db/participants.hpp"

#include "db/connection.hpp"

namespace pronto::db {

Participants::Participants(Database& database) : connection_(database.connection()) {}

void Participants::save(const ParticipantRow& row) {
    Query(connection_,
          "INSERT INTO participants (session, leg, role, name, address, joined, \"left\") VALUES (?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (session, leg) DO UPDATE SET role = excluded.role, name = excluded.name,"
          " address = excluded.address, joined = excluded.joined, \"left\" = excluded.\"left\"",
          row.session, row.leg, row.role, row.name, row.address, row.joined, row.left)
        .run();
}

std::vector<ParticipantRow> Participants::list(const std::string& session) {
    Query query(connection_,
                "SELECT session, leg, role, name, address, joined, \"left\" FROM participants WHERE session = ?"
                " ORDER BY joined, leg",
                session);
    std::vector<ParticipantRow> rows;
    while (query.step())
        rows.push_back({query.text(0), query.text(1), query.text(2), query.text(3), query.text(4), query.number(5),
                        query.maybe(6)});
    return rows;
}

}  // namespace pronto::db
