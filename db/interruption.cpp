#include "db/interruption.hpp"

#include "db/connection.hpp"
#include "db/recordings.hpp"
#include "db/sessions.hpp"

namespace pronto::db {

Interrupted interrupt_open_sessions(Database& database, UnixMillis now) {
    Transaction together(database);
    Sessions sessions(database);
    Recordings recordings(database);
    Interrupted found{sessions.open(), recordings.open()};
    for (auto& session : found.sessions) {
        session.state = "ended";
        session.reason = "interrupted";
        session.detail = "the hub was not running when it ended";
        session.ended = now;
        sessions.save(session);
        Query(database.connection(), "UPDATE participants SET \"left\" = ? WHERE session = ? AND \"left\" IS NULL", now,
              session.id)
            .run();
    }
    for (auto& recording : found.recordings) {
        recording.state = "interrupted";
        recordings.save(recording);
    }
    together.commit();
    return found;
}

}  // namespace pronto::db
