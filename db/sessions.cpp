#include "db/sessions.hpp"

#include <charconv>

#include <fmt/format.h>

#include "db/connection.hpp"

namespace pronto::db {

namespace {

const std::string select =
    "SELECT s.id, s.assistance, s.mode, s.state, s.reason, s.detail, s.operator, o.name, s.operator_address,"
    " s.guest_name, s.guest_address, s.requested, s.granted, s.streaming, s.ended, s.bytes_to_viewer,"
    " s.bytes_to_host, s.recorded, s.seen, s.generation, s.may_wait, s.operator_pauses, s.guest_pauses FROM sessions s JOIN operators o ON o.id = s.operator ";

const std::string recorded = "AND EXISTS (SELECT 1 FROM recordings r WHERE r.session = s.id) ";

SessionRow session_of(const Query& query) {
    SessionRow row;
    row.id = query.text(0);
    row.assistance = query.text(1);
    row.mode = query.text(2);
    row.state = query.text(3);
    row.reason = query.text(4);
    row.detail = query.text(5);
    row.operator_id = query.number(6);
    row.operator_name = query.text(7);
    row.operator_address = query.text(8);
    row.guest_name = query.text(9);
    row.guest_address = query.text(10);
    row.requested = query.number(11);
    row.granted = query.maybe(12);
    row.streaming = query.maybe(13);
    row.ended = query.maybe(14);
    row.bytes_to_viewer = query.number(15);
    row.bytes_to_host = query.number(16);
    row.recorded = query.flag(17);
    row.seen = query.number(18);
    row.generation = query.number(19);
    row.may_wait = query.flag(20);
    row.operator_pauses = query.flag(21);
    row.guest_pauses = query.flag(22);
    return row;
}

std::vector<SessionRow> all(Query& query) {
    std::vector<SessionRow> rows;
    while (query.step()) rows.push_back(session_of(query));
    return rows;
}

}  // namespace

std::string to_text(const SessionCursor& cursor) {
    return fmt::format("{}.{}", cursor.requested, cursor.id);
}

std::optional<SessionCursor> session_cursor_from(std::string_view text) {
    SessionCursor cursor;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), cursor.requested);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (problem != std::errc{} || digits >= text.size() || text[digits] != '.') return std::nullopt;
    cursor.id = text.substr(digits + 1);
    if (cursor.id.empty() || cursor.id.size() > 64) return std::nullopt;
    return cursor;
}

Sessions::Sessions(Database& database) : connection_(database.connection()) {}

void Sessions::save(const SessionRow& row) {
    Query(connection_,
          "INSERT INTO sessions (id, assistance, mode, state, reason, detail, operator, operator_address, guest_name,"
          " guest_address, requested, granted, streaming, ended, bytes_to_viewer, bytes_to_host, recorded,"
          " seen, generation, may_wait, operator_pauses, guest_pauses)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (id) DO UPDATE SET assistance = excluded.assistance, mode = excluded.mode,"
          " state = excluded.state, reason = excluded.reason, detail = excluded.detail, operator = excluded.operator,"
          " operator_address = excluded.operator_address, guest_name = excluded.guest_name,"
          " guest_address = excluded.guest_address, requested = excluded.requested, granted = excluded.granted,"
          " streaming = excluded.streaming, ended = excluded.ended, bytes_to_viewer = excluded.bytes_to_viewer,"
          " bytes_to_host = excluded.bytes_to_host, recorded = excluded.recorded, seen = excluded.seen,"
          " generation = excluded.generation, may_wait = excluded.may_wait, operator_pauses = excluded.operator_pauses,"
          " guest_pauses = excluded.guest_pauses",
          row.id, row.assistance, row.mode, row.state, or_null(row.reason), row.detail, row.operator_id,
          row.operator_address, row.guest_name, row.guest_address, row.requested, row.granted, row.streaming, row.ended,
          row.bytes_to_viewer, row.bytes_to_host, row.recorded, row.seen, row.generation, row.may_wait, row.operator_pauses,
          row.guest_pauses)
        .run();
}

std::optional<SessionRow> Sessions::find(const std::string& id) {
    Query query(connection_, select + "WHERE s.id = ?", id);
    if (!query.step()) return std::nullopt;
    return session_of(query);
}

std::vector<SessionRow> Sessions::list(const SessionFilter& filter) {
    const UnixMillis since = filter.since.value_or(INT64_MIN);
    const UnixMillis until = filter.until.value_or(INT64_MAX);
    const SessionCursor after = filter.after.value_or(SessionCursor{INT64_MAX, {}});
    const std::string wanted = "WHERE s.requested >= ? AND s.requested < ? AND (s.requested, s.id) < (?, ?) " +
                               (filter.with_movie ? recorded : std::string());
    const std::string order = "ORDER BY s.requested DESC, s.id DESC LIMIT ?";
    if (filter.operator_name.empty()) {
        Query query(connection_, select + wanted + order, since, until, after.requested, after.id, filter.limit);
        return all(query);
    }
    Query query(connection_, select + wanted + "AND o.name = ? " + order, since, until, after.requested, after.id,
                filter.operator_name, filter.limit);
    return all(query);
}

std::vector<SessionRow> Sessions::open() {
    Query query(connection_, select + "WHERE s.state <> 'ended' ORDER BY s.requested, s.id");
    return all(query);
}

}  // namespace pronto::db
