#pragma once

namespace pronto::db {

class Connection;

/// The version this program writes. Migration n turns version n - 1 into n.
int newest_version();
/// Brings the database up to date, each migration in a transaction of its own; several processes may try at once.
/// Throws Error (newer) if it was written by a newer Pronto.
void migrate(Connection& connection);
/// Throws Error (newer) as migrate() does, Error (other) if a migration is still to be made.
void expect_newest(Connection& connection);

}  // namespace pronto::db
