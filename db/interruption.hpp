#pragma once

#include <functional>
#include <vector>

#include "db/rows.hpp"

namespace pronto::db {

class Database;

/// What a hub that did not stop properly left behind.
struct Interrupted {
    std::vector<SessionRow> sessions;
    std::vector<RecordingRow> recordings;
    struct Waiting {
        SessionRow session;
        int parts = 0;  ///< of its movie
    };
    std::vector<Waiting> waiting;  ///< may still go on; their rows stay open
};
/// Finds out how long a movie part that was being written really is.
using Measure = std::function<RecordingRow(RecordingRow)>;

/// For a hub's start, when nothing can be under way: every session that did not end has now ended, reason
/// `interrupted`; its participants have left, its recordings that were being written are `interrupted`. It ended when
/// its movie ended, if `measure` is given and finds one, else `now`. But those whose sides can come back, and were seen less
/// than `grace` ago, wait. One transaction.
Interrupted interrupt_open_sessions(Database& database, UnixMillis now, const Measure& measure = {}, Millis grace = {});

}  // namespace pronto::db
