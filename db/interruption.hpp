#pragma once

#include <vector>

#include "db/rows.hpp"

namespace pronto::db {

class Database;

/// What a hub that did not stop properly left behind.
struct Interrupted {
    std::vector<SessionRow> sessions;
    std::vector<RecordingRow> recordings;
};
/// For a hub's start, when nothing can be under way: every session that did not end has now ended, reason `interrupted`;
/// its participants have left, its recordings that were being written are `interrupted`. One transaction.
Interrupted interrupt_open_sessions(Database& database, UnixMillis now);

}  // namespace pronto::db
