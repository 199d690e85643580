#include "db/audit.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "db/connection.hpp"
#include "rfb-ext/base/random.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::db {

namespace {

const std::string select = "SELECT id, time, actor, action, subject, detail, hash FROM audit ";
constexpr std::size_t most_breaks_told = 10;

AuditRow row_of(const Query& query) {
    return {query.number(0), query.number(1), query.text(2), query.text(3),
            query.text(4),   query.text(5),   query.text(6)};
}

std::vector<AuditRow> all(Query& query) {
    std::vector<AuditRow> rows;
    while (query.step()) rows.push_back(row_of(query));
    return rows;
}

/// The id that was given last, also if somebody removed that row.
std::int64_t last_id(Connection& connection) {
    Query query(connection, "SELECT seq FROM sqlite_sequence WHERE name = 'audit'");
    return query.step() ? query.number(0) : 0;
}

std::string last_hash(Connection& connection) {
    Query query(connection, "SELECT hash FROM audit ORDER BY id DESC LIMIT 1");
    return query.step() ? query.text(0) : std::string();
}

void insert(Connection& connection, AuditRow row) {
    row.id = last_id(connection) + 1;
    row.hash = audit_hash(row, last_hash(connection));
    Query(connection, "INSERT INTO audit (id, time, actor, action, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
          row.id, row.time, row.actor, row.action, row.subject, row.detail, row.hash)
        .run();
}

std::string missing(std::int64_t first, std::int64_t last) {
    return first == last ? fmt::format("row {} is missing", first)
                         : fmt::format("rows {} to {} are missing", first, last);
}

}  // namespace

std::string audit_hash(const AuditRow& row, const std::string& before) {
    std::string text = fmt::format("pronto audit 1\n{}\n{}\n{}\n", before, row.id, row.time);
    for (const auto* field : {&row.actor, &row.action, &row.subject, &row.detail})
        text += fmt::format("{}:{}\n", field->size(), *field);
    return hex(sha256(as_bytes(text)));
}

Audit::Audit(Database& database) : connection_(database.connection()) {}

void Audit::append(const AuditRow& row) {
    // Between reading the last hash and adding the next nobody else may add one.
    if (sqlite3_get_autocommit(connection_.sqlite().getHandle()) == 0) return insert(connection_, row);
    Transaction alone(connection_);
    insert(connection_, row);
    alone.commit();
}

AuditCheck Audit::check() {
    AuditCheck found;
    const auto tell = [&found](std::string words) {
        if (found.broken.size() < most_breaks_told) found.broken.push_back(std::move(words));
    };
    std::int64_t last = 0;
    Query query(connection_, select + "ORDER BY id");
    while (query.step()) {
        const auto row = row_of(query);
        // A gap breaks the hash behind it, too: that is one thing, told once.
        if (row.id != last + 1)
            tell(missing(last + 1, row.id - 1));
        else if (row.hash != audit_hash(row, found.head))
            tell(fmt::format("row {} ({} {}, by {}) was changed", row.id, row.action, row.subject, row.actor));
        last = row.id;
        found.head = row.hash;
        ++found.rows;
    }
    if (const auto given = last_id(connection_); given > last) tell(missing(last + 1, given));
    return found;
}

std::vector<AuditRow> Audit::of_action(const std::string& action) {
    Query query(connection_, select + "WHERE action = ? ORDER BY id", action);
    return all(query);
}

std::vector<AuditRow> Audit::newest(int limit) {
    Query query(connection_, select + "ORDER BY id DESC LIMIT ?", limit);
    return all(query);
}

}  // namespace pronto::db
