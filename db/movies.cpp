#include "db/movies.hpp"

#include "db/connection.hpp"

namespace pronto::db {

namespace {

const std::string select =
    "SELECT s.id, coalesce(m.state, CASE s.state WHEN 'ended' THEN 'waiting' ELSE 'recording' END), m.file,"
    " m.bytes, m.duration_ms, m.movie_sha256, m.facts_sha256, m.poster_sha256, m.attempts,"
    " coalesce(m.changed, s.requested), m.detail, h.reason, s.ended"
    " FROM sessions s LEFT JOIN movies m ON m.session = s.id LEFT JOIN holds h ON h.session = s.id"
    " WHERE EXISTS (SELECT 1 FROM recordings r WHERE r.session = s.id) ";

const std::string due_sessions =
    "SELECT s.id FROM sessions s LEFT JOIN movies m ON m.session = s.id"
    " WHERE s.state = 'ended' AND (m.state IS NULL OR m.state IN ('waiting', 'working'))"
    " AND EXISTS (SELECT 1 FROM recordings r WHERE r.session = s.id)"
    " AND NOT EXISTS (SELECT 1 FROM recordings r WHERE r.session = s.id AND r.state = 'writing') ";

MovieRow row_of(const Query& query) {
    MovieRow row;
    row.session = query.text(0);
    row.state = query.text(1);
    row.file = query.text(2);
    row.bytes = query.number(3);
    row.duration_ms = query.number(4);
    row.movie_sha256 = query.text(5);
    row.facts_sha256 = query.text(6);
    row.poster_sha256 = query.text(7);
    row.attempts = static_cast<int>(query.number(8));
    row.changed = query.number(9);
    row.detail = query.text(10);
    row.hold = query.text(11);
    row.ended = query.maybe(12);
    return row;
}

}  // namespace

Movies::Movies(Database& database) : connection_(database.connection()) {}

bool Movies::save(const MovieRow& row) {
    const int changed =
        Query(connection_,
              "INSERT INTO movies (session, state, file, bytes, duration_ms, movie_sha256, facts_sha256, poster_sha256,"
              " attempts, changed, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
              " ON CONFLICT (session) DO UPDATE SET state = excluded.state, file = excluded.file,"
              " bytes = excluded.bytes, duration_ms = excluded.duration_ms, movie_sha256 = excluded.movie_sha256,"
              " facts_sha256 = excluded.facts_sha256, poster_sha256 = excluded.poster_sha256,"
              " attempts = excluded.attempts, changed = excluded.changed, detail = excluded.detail"
              " WHERE movies.state <> 'deleted'",
              row.session, row.state, row.file, row.bytes, row.duration_ms, row.movie_sha256, row.facts_sha256,
              row.poster_sha256, row.attempts, row.changed, row.detail)
            .run();
    return changed == 1;
}

std::optional<MovieRow> Movies::find(const std::string& session) {
    Query query(connection_, select + "AND s.id = ?", session);
    if (!query.step()) return std::nullopt;
    return row_of(query);
}

std::vector<MovieRow> Movies::newest(int limit) {
    Query query(connection_, select + "ORDER BY s.requested DESC, s.id DESC LIMIT ?", limit > 0 ? limit : -1);
    std::vector<MovieRow> rows;
    while (query.step()) rows.push_back(row_of(query));
    return rows;
}

std::vector<std::string> Movies::due() {
    Query query(connection_, due_sessions + "ORDER BY s.ended, s.id");
    std::vector<std::string> sessions;
    while (query.step()) sessions.push_back(query.text(0));
    return sessions;
}

bool Movies::is_due(const std::string& session) {
    return Query(connection_, due_sessions + "AND s.id = ?", session).step();
}

void Movies::put_back() {
    Query(connection_, "UPDATE movies SET state = 'waiting' WHERE state = 'working'").run();
}

void Movies::hold(const HoldRow& row) {
    Query(
        connection_,
        "INSERT INTO holds (session, reason, actor, since) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (session) DO UPDATE SET reason = excluded.reason, actor = excluded.actor, since = excluded.since",
        row.session, row.reason, row.actor, row.since)
        .run();
}

bool Movies::release(const std::string& session) {
    return Query(connection_, "DELETE FROM holds WHERE session = ?", session).run() == 1;
}

}  // namespace pronto::db
