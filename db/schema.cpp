#include "db/schema.hpp"

#include <array>

#include <fmt/format.h>

#include "db/audit.hpp"
#include "db/connection.hpp"

namespace pronto::db {

namespace {

// Operators are never deleted (only disabled) and their ids never used again, so that every row can name its operator.
constexpr const char* version_1 = R"sql(
CREATE TABLE operators (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT NOT NULL COLLATE NOCASE UNIQUE
             CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 64 AND instr(name, '/') = 0),
    password TEXT NOT NULL CHECK (password LIKE '$argon2id$%'),
    admin    INTEGER NOT NULL CHECK (admin IN (0, 1)),
    enabled  INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    created  INTEGER NOT NULL
) STRICT;

CREATE TABLE tickets (
    id       TEXT NOT NULL PRIMARY KEY,
    ticket   TEXT NOT NULL,
    operator INTEGER NOT NULL REFERENCES operators (id),
    created  INTEGER NOT NULL,
    expires  INTEGER NOT NULL,
    used     INTEGER
) STRICT;
CREATE INDEX tickets_by_text ON tickets (ticket, created);

CREATE TABLE assistances (
    id         TEXT NOT NULL PRIMARY KEY,
    ticket     TEXT REFERENCES tickets (id),
    operator   INTEGER NOT NULL REFERENCES operators (id),
    guest_name TEXT NOT NULL,
    host_name  TEXT NOT NULL,
    user       TEXT NOT NULL,
    system     TEXT NOT NULL,
    address    TEXT NOT NULL,
    opened     INTEGER NOT NULL
) STRICT;
CREATE INDEX assistances_by_ticket ON assistances (ticket);

CREATE TABLE sessions (
    id               TEXT NOT NULL PRIMARY KEY,
    assistance       TEXT NOT NULL REFERENCES assistances (id),
    mode             TEXT NOT NULL CHECK (mode IN ('control', 'view')),
    state            TEXT NOT NULL
                     CHECK (state IN ('requested', 'asked', 'granted', 'streaming', 'paused', 'ended')),
    reason           TEXT CHECK (reason IN ('operator', 'guest', 'drop', 'refused', 'timed_out', 'hub_stopped',
                                            'interrupted')),
    detail           TEXT NOT NULL,
    operator         INTEGER NOT NULL REFERENCES operators (id),
    operator_address TEXT NOT NULL,
    guest_name       TEXT NOT NULL,
    guest_address    TEXT NOT NULL,
    requested        INTEGER NOT NULL,
    granted          INTEGER,
    streaming        INTEGER,
    ended            INTEGER,
    bytes_to_viewer  INTEGER NOT NULL CHECK (bytes_to_viewer >= 0),
    bytes_to_host    INTEGER NOT NULL CHECK (bytes_to_host >= 0),
    recorded         INTEGER NOT NULL CHECK (recorded IN (0, 1))
) STRICT;
CREATE INDEX sessions_by_start ON sessions (requested, id);
CREATE INDEX sessions_by_operator ON sessions (operator, requested, id);
CREATE INDEX sessions_by_assistance ON sessions (assistance);
CREATE INDEX sessions_open ON sessions (state) WHERE state <> 'ended';

CREATE TABLE participants (
    session TEXT NOT NULL REFERENCES sessions (id),
    leg     TEXT NOT NULL,
    role    TEXT NOT NULL CHECK (role IN ('operator', 'guest', 'host')),
    name    TEXT NOT NULL,
    address TEXT NOT NULL,
    joined  INTEGER NOT NULL,
    "left"  INTEGER,
    PRIMARY KEY (session, leg)
) STRICT, WITHOUT ROWID;

CREATE TABLE reports (
    assistance TEXT NOT NULL PRIMARY KEY REFERENCES assistances (id),
    operator   INTEGER NOT NULL REFERENCES operators (id),
    problem    TEXT NOT NULL,
    solution   TEXT NOT NULL,
    category   TEXT NOT NULL,
    outcome    TEXT NOT NULL CHECK (outcome IN ('solved', 'not_solved', 'follow_up')),
    saved      INTEGER NOT NULL
) STRICT;

CREATE TABLE recordings (
    session     TEXT NOT NULL REFERENCES sessions (id),
    part        INTEGER NOT NULL CHECK (part >= 1),
    file        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('writing', 'complete', 'failed', 'interrupted')),
    started     INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL CHECK (duration_ms >= 0),
    bytes       INTEGER NOT NULL CHECK (bytes >= 0),
    detail      TEXT NOT NULL,
    PRIMARY KEY (session, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX recordings_by_start ON recordings (started);
CREATE INDEX recordings_open ON recordings (state) WHERE state = 'writing';

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    time    INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
)sql";

// What becomes of recordings, and a hash in every row of the audit log.
constexpr const char* version_2 = R"sql(
CREATE TABLE movies (
    session       TEXT NOT NULL PRIMARY KEY REFERENCES sessions (id),
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'working', 'finished', 'failed', 'deleted')),
    file          TEXT NOT NULL,
    bytes         INTEGER NOT NULL CHECK (bytes >= 0),
    duration_ms   INTEGER NOT NULL CHECK (duration_ms >= 0),
    movie_sha256  TEXT NOT NULL,
    facts_sha256  TEXT NOT NULL,
    poster_sha256 TEXT NOT NULL,
    attempts      INTEGER NOT NULL CHECK (attempts >= 0),
    changed       INTEGER NOT NULL,
    detail        TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE holds (
    session TEXT NOT NULL PRIMARY KEY REFERENCES sessions (id),
    reason  TEXT NOT NULL CHECK (reason <> ''),
    actor   TEXT NOT NULL,
    since   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_by_action ON audit (action);
DROP TRIGGER audit_is_never_changed;
ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';
)sql";
constexpr const char* audit_is_never_changed =
    "CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit"
    " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END";

/// The rows of a log that had no hashes yet become a chain. Rows that were removed before cannot be told any more.
void chain_audit(Connection& connection) {
    std::string before;
    std::int64_t last = 0;
    for (bool more = true; more;) {
        std::vector<AuditRow> rows;
        {
            Query query(
                connection,
                "SELECT id, time, actor, action, subject, detail FROM audit WHERE id > ? ORDER BY id LIMIT 1000", last);
            while (query.step())
                rows.push_back(
                    {query.number(0), query.number(1), query.text(2), query.text(3), query.text(4), query.text(5)});
        }
        for (const auto& row : rows) {
            before = audit_hash(row, before);
            Query(connection, "UPDATE audit SET hash = ? WHERE id = ?", before, row.id).run();
            last = row.id;
        }
        more = !rows.empty();
    }
    connection.run(audit_is_never_changed);
}

/// A ticket that a VNC server registered with stays bound to it.
constexpr const char* version_3 = R"sql(
ALTER TABLE tickets ADD COLUMN assistance TEXT REFERENCES assistances (id);
ALTER TABLE tickets ADD COLUMN secret_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN "left" INTEGER;
)sql";

/// Connections that were lost go on, also those that a hub which starts anew finds in its database.
constexpr const char* version_4 = R"sql(
ALTER TABLE sessions ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN generation INTEGER NOT NULL DEFAULT 0 CHECK (generation >= 0);
ALTER TABLE sessions ADD COLUMN may_wait INTEGER NOT NULL DEFAULT 0 CHECK (may_wait IN (0, 1));
ALTER TABLE sessions ADD COLUMN operator_pauses INTEGER NOT NULL DEFAULT 0 CHECK (operator_pauses IN (0, 1));
ALTER TABLE sessions ADD COLUMN guest_pauses INTEGER NOT NULL DEFAULT 0 CHECK (guest_pauses IN (0, 1));

CREATE TABLE resumes (
    ticket         TEXT NOT NULL PRIMARY KEY REFERENCES tickets (id),
    assistance     TEXT NOT NULL REFERENCES assistances (id),
    name           TEXT NOT NULL,
    key            TEXT NOT NULL,
    token_sha256   TEXT NOT NULL,
    earlier_sha256 TEXT NOT NULL,
    "left"         INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    token_sha256      TEXT NOT NULL PRIMARY KEY,
    operator          INTEGER NOT NULL REFERENCES operators (id),
    credential_sha256 TEXT NOT NULL,
    issued            INTEGER NOT NULL,
    used              INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

struct Migration {
    const char* sql;
    void (*then)(Connection&);  ///< what SQL cannot say; may be none
};
constexpr std::array migrations{Migration{version_1, nullptr}, Migration{version_2, chain_audit}, Migration{version_3, nullptr},
                               Migration{version_4, nullptr}};

void refuse_newer(const Connection& connection, int version) {
    if (version <= newest_version()) return;
    throw Error(
        Error::Kind::newer,
        fmt::format("{} was written by a newer Pronto (schema {}, this one knows up to {}): install that version "
                    "again, or restore a backup made before the update",
                    connection.file().string(), version, newest_version()));
}

/// False if there was nothing to do.
bool migrate_one(Connection& connection) {
    connection.run("BEGIN IMMEDIATE");
    try {
        const int version = connection.version();
        refuse_newer(connection, version);
        if (version == newest_version()) {
            connection.run("ROLLBACK");
            return false;
        }
        const auto& migration = migrations[static_cast<std::size_t>(version)];
        connection.run(migration.sql);
        if (migration.then) migration.then(connection);
        connection.run(fmt::format("PRAGMA user_version = {}", version + 1).c_str());
        connection.run("COMMIT");
        return true;
    } catch (...) {
        connection.sqlite().tryExec("ROLLBACK");
        throw;
    }
}

}  // namespace

int newest_version() {
    return static_cast<int>(migrations.size());
}

void migrate(Connection& connection) {
    const int version = connection.version();
    refuse_newer(connection, version);
    if (version == newest_version()) return;
    while (migrate_one(connection)) {
    }
}

void expect_newest(Connection& connection) {
    const int version = connection.version();
    refuse_newer(connection, version);
    if (version < newest_version())
        throw Error(Error::Kind::other, fmt::format("{} is of an older Pronto (schema {}): start the hub once",
                                                    connection.file().string(), version));
}

}  // namespace pronto::db
