#include "db/operators.hpp"

#include "db/connection.hpp"

namespace pronto::db {

namespace {

const std::string select = "SELECT id, name, password, admin, enabled, created FROM operators ";

OperatorRow row_of(const Query& query) {
    return {query.number(0), query.text(1), query.text(2), query.flag(3), query.flag(4), query.number(5)};
}

std::optional<OperatorRow> first(Query& query) {
    if (!query.step()) return std::nullopt;
    return row_of(query);
}

}  // namespace

Operators::Operators(Database& database) : connection_(database.connection()) {}

std::int64_t Operators::add(const OperatorRow& row) {
    Query query(connection_,
                "INSERT INTO operators (name, password, admin, enabled, created) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (name) DO NOTHING RETURNING id",
                row.name, row.password, row.admin, row.enabled, row.created);
    if (!query.step()) throw NameTaken(row.name);
    const auto id = query.number(0);
    query.step();  // to its end, or the insert is rolled back
    return id;
}

std::optional<OperatorRow> Operators::find(const std::string& name) {
    Query query(connection_, select + "WHERE name = ?", name);
    return first(query);
}

std::optional<OperatorRow> Operators::find(std::int64_t id) {
    Query query(connection_, select + "WHERE id = ?", id);
    return first(query);
}

std::vector<OperatorRow> Operators::list() {
    Query query(connection_, select + "ORDER BY name");
    std::vector<OperatorRow> rows;
    while (query.step()) rows.push_back(row_of(query));
    return rows;
}

std::int64_t Operators::count() {
    Query query(connection_, "SELECT count(*) FROM operators");
    query.step();
    return query.number(0);
}

bool Operators::set_password(std::int64_t id, const std::string& phc) {
    return Query(connection_, "UPDATE operators SET password = ? WHERE id = ?", phc, id).run() > 0;
}

bool Operators::set_enabled(std::int64_t id, bool enabled) {
    return Query(connection_, "UPDATE operators SET enabled = ? WHERE id = ?", enabled, id).run() > 0;
}

}  // namespace pronto::db
