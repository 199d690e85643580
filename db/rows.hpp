#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rfb-ext/base/clock.hpp"

/// The rows as they stand in the database. Times are Unix milliseconds, an absent one is NULL. Words of a fixed list
/// (mode, state, reason, role, outcome) stand as the control protocol spells them; the schema refuses any other.
namespace pronto::db {

struct OperatorRow {
    std::int64_t id = 0;
    std::string name;      ///< unique whatever the case of its ASCII letters, 1-64 bytes, no "/"
    std::string password;  ///< PHC string, "$argon2id$..."
    bool admin = false;
    bool enabled = true;
    UnixMillis created = 0;
    bool operator==(const OperatorRow&) const = default;
};

struct TicketRow {
    std::string id;
    std::string ticket;  ///< "1-E75B1"
    std::int64_t operator_id = 0;
    std::string operator_name;  ///< filled in by reading, not stored here
    UnixMillis created = 0;
    UnixMillis expires = 0;
    std::optional<UnixMillis> used;
    std::string assistance{};     ///< of the VNC server that it is bound to; empty (NULL in the table): of none
    std::string secret_sha256{};  ///< hex; empty: that server has none
    std::optional<UnixMillis> left{};  ///< when that server was last there; absent: it is there
    bool operator==(const TicketRow&) const = default;
};

struct AssistanceRow {
    std::string id;
    std::string ticket_id;  ///< empty (NULL in the table): a visit to a host
    std::int64_t operator_id = 0;
    std::string guest_name;
    std::string host_name;
    std::string user;
    std::string system;
    std::string address;
    UnixMillis opened = 0;
    bool operator==(const AssistanceRow&) const = default;
};

struct SessionRow {
    std::string id;
    std::string assistance;
    std::string mode;    ///< control, view
    std::string state;   ///< requested, asked, granted, streaming, paused, ended
    std::string reason;  ///< empty (NULL) until it ended
    std::string detail;
    std::int64_t operator_id = 0;
    std::string operator_name;  ///< filled in by reading, not stored here
    std::string operator_address;
    std::string guest_name;
    std::string guest_address;
    UnixMillis requested = 0;
    std::optional<UnixMillis> granted;
    std::optional<UnixMillis> streaming;
    std::optional<UnixMillis> ended;
    std::int64_t bytes_to_viewer = 0;
    std::int64_t bytes_to_host = 0;
    bool recorded = false;
    UnixMillis seen{};       ///< when the row was written
    std::int64_t generation{};  ///< of its stream
    bool may_wait{};         ///< both sides can come back after a lost connection
    bool operator_pauses{};  ///< the movie
    bool guest_pauses{};
    bool operator==(const SessionRow&) const = default;
};

struct ResumeRow {
    std::string ticket_id;
    std::string ticket;         ///< filled in by reading, not stored here
    std::string ticket_owner;   ///< likewise
    std::string assistance;
    std::string name;
    std::string key;             ///< hex
    std::string token_sha256;    ///< hex
    std::string earlier_sha256;  ///< hex; empty: there is none
    std::optional<UnixMillis> left{};  ///< absent: the guest is there
    bool operator==(const ResumeRow&) const = default;
};

struct TokenRow {
    std::string token_sha256;  ///< hex
    std::int64_t operator_id = 0;
    std::string credential_sha256;  ///< hex
    UnixMillis issued = 0;
    UnixMillis used = 0;
    bool operator==(const TokenRow&) const = default;
};

struct ParticipantRow {
    std::string session;
    std::string leg;   ///< "host" or "screen.1"
    std::string role;  ///< operator, guest, host
    std::string name;
    std::string address;
    UnixMillis joined = 0;
    std::optional<UnixMillis> left;
    bool operator==(const ParticipantRow&) const = default;
};

struct ReportRow {
    std::string assistance;
    std::int64_t operator_id = 0;
    std::string problem;
    std::string solution;
    std::string category;
    std::string outcome;  ///< solved, not_solved, follow_up
    UnixMillis saved = 0;
    bool operator==(const ReportRow&) const = default;
};

struct RecordingRow {
    std::string session;
    int part = 1;
    std::string file;   ///< relative to the recordings folder
    std::string state;  ///< writing, complete, failed, interrupted
    UnixMillis started = 0;
    std::int64_t duration_ms = 0;
    std::int64_t bytes = 0;
    std::string detail;
    bool operator==(const RecordingRow&) const = default;
};

/// What became of a session's recording: one finished movie, if all goes well.
struct MovieRow {
    std::string session;
    std::string state;   ///< waiting, working, finished, failed, deleted; reading also: recording (there is no row yet)
    std::string file{};  ///< relative to the recordings folder; empty until it was finished
    std::int64_t bytes = 0;
    std::int64_t duration_ms = 0;
    std::string movie_sha256{};  ///< hex; these are empty until it was finished
    std::string facts_sha256{};
    std::string poster_sha256{};
    int attempts = 0;
    UnixMillis changed = 0;
    std::string detail{};
    std::string hold{};                 ///< filled in by reading: why it is held; empty: it is not
    std::optional<UnixMillis> ended{};  ///< filled in by reading: when the session ended
    bool operator==(const MovieRow&) const = default;
};

/// A session whose movie nobody may delete.
struct HoldRow {
    std::string session;
    std::string reason;  ///< not empty
    std::string actor;
    UnixMillis since = 0;
    bool operator==(const HoldRow&) const = default;
};

struct AuditRow {
    std::int64_t id = 0;  ///< given by the database, in order, without gaps
    UnixMillis time = 0;
    std::string actor;
    std::string action;
    std::string subject;
    std::string detail;
    std::string hash{};  ///< given by the database: see audit_hash()
    bool operator==(const AuditRow&) const = default;
};

}  // namespace pronto::db
