#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "db/rows.hpp"

namespace pronto::db {

class Connection;
class Database;

/// Another operator has the name already (whatever the case of its letters).
class NameTaken : public std::runtime_error {
public:
    explicit NameTaken(const std::string& name) : std::runtime_error("there is an operator \"" + name + "\" already") {}
};

class Operators {
public:
    explicit Operators(Database& database);
    /// Returns the new id (the row's own is ignored). Throws NameTaken.
    std::int64_t add(const OperatorRow& row);
    std::optional<OperatorRow> find(const std::string& name);
    std::optional<OperatorRow> find(std::int64_t id);
    /// By name.
    std::vector<OperatorRow> list();
    std::int64_t count();
    /// These return false if there is no such operator.
    bool set_password(std::int64_t id, const std::string& phc);
    bool set_enabled(std::int64_t id, bool enabled);

private:
    Connection& connection_;
};

}  // namespace pronto::db
