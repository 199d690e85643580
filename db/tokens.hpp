#pragma once

#include <string>
#include <vector>

#include "db/rows.hpp"

namespace pronto::db {

class Connection;
class Database;

/// Log-ins of operators that are still good, by the digests of their tokens.
class Tokens {
public:
    explicit Tokens(Database& database);
    void save(const TokenRow& row);
    void remove(const std::string& token_sha256);
    std::vector<TokenRow> list();

private:
    Connection& connection_;
};

}  // namespace pronto::db
