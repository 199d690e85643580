#pragma once

#include <stdexcept>
#include <string>

#include "db/rows.hpp"
#include "rfb-ext/base/clock.hpp"

namespace pronto::db {
class Database;
}

namespace pronto::admin {

/// What somebody asked for cannot be done; the words are for them.
class Refused : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Keeps operators' accounts. Every change goes to the audit log in the same transaction, as done by `actor`. Throws
/// Refused, db::NameTaken and db::Error.
class Accounts {
public:
    Accounts(db::Database& database, const Clock& clock, std::string actor)
        : database_(database), clock_(clock), actor_(std::move(actor)) {}

    db::OperatorRow add(const std::string& name, const std::string& password, bool admin);
    void change_password(const std::string& name, const std::string& password);
    /// Refuses to disable the last enabled admin: nobody could undo it from the portal.
    void set_enabled(const std::string& name, bool enabled);
    /// Throws Refused, naming the nearest, if there is no such operator.
    db::OperatorRow find(const std::string& name) const;

private:
    void audit(const char* action, const std::string& name, const std::string& detail);

    db::Database& database_;
    const Clock& clock_;
    const std::string actor_;
};

}  // namespace pronto::admin
