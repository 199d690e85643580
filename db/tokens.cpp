#include "db/tokens.hpp"

#include "db/connection.hpp"

namespace pronto::db {

Tokens::Tokens(Database& database) : connection_(database.connection()) {}

void Tokens::save(const TokenRow& row) {
    Query(connection_,
          "INSERT INTO tokens (token_sha256, operator, credential_sha256, issued, used) VALUES (?, ?, ?, ?, ?)"
          " ON CONFLICT (token_sha256) DO UPDATE SET used = excluded.used",
          row.token_sha256, row.operator_id, row.credential_sha256, row.issued, row.used)
        .run();
}

void Tokens::remove(const std::string& token_sha256) {
    Query(connection_, "DELETE FROM tokens WHERE token_sha256 = ?", token_sha256).run();
}

std::vector<TokenRow> Tokens::list() {
    Query query(connection_, "SELECT token_sha256, operator, credential_sha256, issued, used FROM tokens ORDER BY issued, token_sha256");
    std::vector<TokenRow> rows;
    while (query.step())
        rows.push_back({query.text(0), query.number(1), query.text(2), query.number(3), query.number(4)});
    return rows;
}

}  // namespace pronto::db
