#include "db/interruption.hpp"

#include <algorithm>

#include "db/connection.hpp"
#include "db/recordings.hpp"
#include "db/sessions.hpp"

namespace pronto::db {

namespace {

/// The movie shows until when the session lived, or its row: the hub may have been down for days since.
UnixMillis end_of(const SessionRow& session, const std::vector<RecordingRow>& recordings, UnixMillis now) {
    UnixMillis end = session.seen;
    for (const auto& recording : recordings)
        if (recording.session == session.id && recording.duration_ms > 0)
            end = std::max(end, recording.started + recording.duration_ms);
    return end > 0 ? std::min(end, now) : now;
}

int newest_part(const std::vector<RecordingRow>& recordings) {
    int part = 0;
    for (const auto& recording : recordings) part = std::max(part, recording.part);
    return part;
}

}  // namespace

Interrupted interrupt_open_sessions(Database& database, UnixMillis now, const Measure& measure, Millis grace) {
    Transaction together(database);
    Sessions sessions(database);
    Recordings recordings(database);
    Interrupted found{sessions.open(), recordings.open(), {}};
    const auto waits = [&](const SessionRow& row) { return row.may_wait && row.granted && row.seen + grace.count() > now; };
    for (const auto& row : found.sessions)
        if (waits(row)) found.waiting.push_back({row, newest_part(recordings.list(row.id))});
    std::erase_if(found.sessions, waits);
    for (const auto& [session, parts] : found.waiting)  // who had joined is not waited for
        Query(database.connection(),
              "UPDATE participants SET \"left\" = ? WHERE session = ? AND \"left\" IS NULL AND leg NOT IN ('host', 'screen.1')",
              session.seen, session.id)
            .run();
    for (auto& recording : found.recordings) {
        recording.state = "interrupted";
        if (measure) recording = measure(recording);
        recordings.save(recording);
    }
    for (auto& session : found.sessions) {
        session.state = "ended";
        session.reason = "interrupted";
        session.detail = "the hub was not running when it ended";
        session.ended = end_of(session, found.recordings, now);
        sessions.save(session);
        Query(database.connection(), "UPDATE participants SET \"left\" = ? WHERE session = ? AND \"left\" IS NULL",
              session.ended, session.id)
            .run();
    }
    // Servers that waited are no longer there; each may come back.
    Query(database.connection(), "UPDATE tickets SET \"left\" = ? WHERE assistance IS NOT NULL AND \"left\" IS NULL", now).run();
    together.commit();
    return found;
}

}  // namespace pronto::db
