#include "db/recordings.hpp"

#include "db/connection.hpp"

namespace pronto::db {

namespace {

const std::string select = "SELECT session, part, file, state, started, duration_ms, bytes, detail FROM recordings ";

std::vector<RecordingRow> all(Query& query) {
    std::vector<RecordingRow> rows;
    while (query.step())
        rows.push_back({query.text(0), static_cast<int>(query.number(1)), query.text(2), query.text(3), query.number(4),
                        query.number(5), query.number(6), query.text(7)});
    return rows;
}

}  // namespace

Recordings::Recordings(Database& database) : connection_(database.connection()) {}

void Recordings::save(const RecordingRow& row) {
    Query(connection_,
          "INSERT INTO recordings (session, part, file, state, started, duration_ms, bytes, detail)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (session, part) DO UPDATE SET file = excluded.file,"
          " state = excluded.state, started = excluded.started, duration_ms = excluded.duration_ms,"
          " bytes = excluded.bytes, detail = excluded.detail",
          row.session, row.part, row.file, row.state, row.started, row.duration_ms, row.bytes, row.detail)
        .run();
}

std::vector<RecordingRow> Recordings::list(const std::string& session) {
    Query query(connection_, select + "WHERE session = ? ORDER BY part", session);
    return all(query);
}

std::vector<RecordingRow> Recordings::newest(int limit) {
    Query query(connection_, select + "ORDER BY started DESC, session DESC, part DESC LIMIT ?", limit);
    return all(query);
}

std::vector<RecordingRow> Recordings::open() {
    Query query(connection_, select + "WHERE state = 'writing' ORDER BY started, session, part");
    return all(query);
}

}  // namespace pronto::db
