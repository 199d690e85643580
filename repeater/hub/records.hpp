#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "rfb-ext/base/clock.hpp"
#include "rfb-ext/control/messages.hpp"

/// What the hub wants kept, and the interface through which it says so: the hub knows no SQL. Rows are whole: saving
/// one with a known id replaces it. Times are Unix milliseconds; an absent time is nullopt.
namespace pronto::hub {

struct Account {
    std::int64_t id = 0;
    std::string name;
    bool admin = false;
    std::string credential{};  ///< the stored password's hash that he logged in with: a log-in does not outlive it
    bool operator==(const Account&) const = default;
};
/// Of every enabled account its id and its credential.
using Credentials = std::map<std::int64_t, std::string>;

struct TicketRecord {
    std::string id;      ///< persists; the text may come again years later
    std::string ticket;  ///< "1-E75B1"
    std::int64_t operator_id = 0;
    std::string operator_name;
    UnixMillis created = 0;
    UnixMillis expires = 0;
    std::optional<UnixMillis> used;
    // Of a VNC server that registered with it, and may come back (Registrations):
    std::string assistance{};          ///< empty: none did
    std::string secret_sha256{};       ///< hex, of the id's secret; empty: it has none
    std::optional<UnixMillis> left{};  ///< absent: it is there
    bool operator==(const TicketRecord&) const = default;
};

/// The case: one per ticket (or visit to a host). It has none or many sessions and one report.
struct AssistanceRecord {
    std::string id;
    std::string ticket_id;  ///< empty: a visit to a host
    std::int64_t operator_id = 0;
    std::string guest_name;  ///< "NETCECK-210EB"
    std::string host_name;
    std::string user;
    std::string system;
    std::string address;
    UnixMillis opened = 0;
    bool operator==(const AssistanceRecord&) const = default;
};

struct SessionRecord {
    std::string id;
    std::string assistance;
    control::Mode mode = control::Mode::control;
    control::SessionState state = control::SessionState::requested;
    std::optional<control::EndReason> reason;
    std::string detail;  ///< the end in words
    std::int64_t operator_id = 0;
    std::string operator_name;
    std::string operator_address;
    std::string guest_name;
    std::string guest_address;
    UnixMillis requested = 0;
    std::optional<UnixMillis> granted;
    std::optional<UnixMillis> streaming;
    std::optional<UnixMillis> ended;
    std::uint64_t bytes_to_viewer = 0;
    std::uint64_t bytes_to_host = 0;
    bool recorded = false;
    // What a hub that starts anew needs to let it go on.
    UnixMillis seen = 0;     ///< the row is of this time
    int generation = 0;      ///< of the stream; 0: none was offered yet
    bool may_wait = false;   ///< both sides can come back after a lost connection
    bool operator_pauses = false;  ///< the movie
    bool guest_pauses = false;
    bool operator==(const SessionRecord&) const = default;
};

/// A guest that may come back after a lost connection. One for each ticket that was used by one.
struct ResumeRecord {
    std::string ticket_id;
    std::string ticket;        ///< "1-E75B1"
    std::string ticket_owner;  ///< the operator's name
    std::string assistance;
    std::string name;            ///< "NETCECK-210EB"
    std::string key;             ///< its public key, as control::ResumeKey writes it
    std::string token_sha256;    ///< hex
    std::string earlier_sha256;  ///< hex, of the token before: good until the newer one was used; empty: there is none
    std::optional<UnixMillis> left;  ///< absent: it is there
    bool gone = false;  ///< it will not come back: the row is taken out
    bool operator==(const ResumeRecord&) const = default;
};

/// A log-in that is still good.
struct TokenRecord {
    std::string token_sha256;  ///< hex
    std::int64_t operator_id = 0;
    std::string credential_sha256;  ///< hex, of the credential that it was made with
    UnixMillis issued = 0;
    UnixMillis used = 0;
    bool gone = false;  ///< the row is taken out
    bool operator==(const TokenRecord&) const = default;
};

/// Somebody in a session; id = session + "/" + stream leg.
struct ParticipantRecord {
    std::string session;
    std::string leg;  ///< "host" or "screen.1"
    control::Role role = control::Role::operator_;
    std::string name;
    std::string address;
    UnixMillis joined = 0;
    std::optional<UnixMillis> left;
    bool operator==(const ParticipantRecord&) const = default;
};

struct ReportRecord {
    std::string assistance;
    std::int64_t operator_id = 0;
    std::string problem;
    std::string solution;
    std::string category;
    control::Outcome outcome = control::Outcome::solved;
    UnixMillis saved = 0;
    bool operator==(const ReportRecord&) const = default;
};

enum class RecordingState { writing, complete, failed, interrupted };
/// The word for it in the database, in JSON and beside the movie.
constexpr std::string_view name(RecordingState state) {
    switch (state) {
        case RecordingState::writing:
            return "writing";
        case RecordingState::complete:
            return "complete";
        case RecordingState::failed:
            return "failed";
        case RecordingState::interrupted:
            return "interrupted";
    }
    return {};
}
struct RecordingRecord {
    std::string session;
    int part = 1;
    std::string file;  ///< relative to the recordings folder
    RecordingState state = RecordingState::writing;
    UnixMillis started = 0;
    std::int64_t duration_ms = 0;
    std::uint64_t bytes = 0;
    std::string detail;  ///< why it failed
    bool operator==(const RecordingRecord&) const = default;
};

/// What became of a session's recording.
enum class MovieState {
    recording,  ///< the session is under way
    waiting,    ///< for its turn, or for another attempt
    working,
    finished,
    failed,   ///< for good; the parts stay
    deleted,  ///< by somebody or by the rules of retention
};
constexpr std::string_view name(MovieState state) {
    switch (state) {
        case MovieState::recording:
            return "recording";
        case MovieState::waiting:
            return "waiting";
        case MovieState::working:
            return "working";
        case MovieState::finished:
            return "finished";
        case MovieState::failed:
            return "failed";
        case MovieState::deleted:
            return "deleted";
    }
    return {};
}
struct MovieRecord {
    std::string session;
    MovieState state = MovieState::waiting;
    std::string file{};  ///< relative to the recordings folder; empty until it was finished
    std::uint64_t bytes = 0;
    std::int64_t duration_ms = 0;
    std::string movie_sha256{};  ///< hex; these are empty until it was finished
    std::string facts_sha256{};
    std::string poster_sha256{};
    int attempts = 0;
    UnixMillis changed = 0;
    std::string detail{};               ///< what is not as it should be
    std::string hold{};                 ///< why nobody may delete it; empty: it is not held. Not written with the rest
    std::optional<UnixMillis> ended{};  ///< the session's end. Not written
    bool operator==(const MovieRecord&) const = default;
};

struct AuditRecord {
    UnixMillis time = 0;
    std::string actor;    ///< operator or guest name, "hub", "cli:root"
    std::string action;   ///< "ticket.create", "session.request", ...
    std::string subject;  ///< the id or name acted upon
    std::string detail;
    bool operator==(const AuditRecord&) const = default;
};

/// Writes are queued and kept in order; reads are quick look-ups. All from the control thread.
class Records {
public:
    virtual ~Records() = default;
    virtual void save(const TicketRecord& row) = 0;
    virtual void save(const AssistanceRecord& row) = 0;
    virtual void save(const SessionRecord& row) = 0;
    virtual void save(const ParticipantRecord& row) = 0;
    virtual void save(const ReportRecord& row) = 0;
    virtual void save(const RecordingRecord& row) = 0;
    virtual void save(const AuditRecord& row) = 0;
    virtual void save(const ResumeRecord& row) = 0;
    virtual void save(const TokenRecord& row) = 0;
    /// The newest ticket with that text (the command line may have made it behind the hub's back).
    virtual std::optional<TicketRecord> find_ticket(const std::string& ticket) = 0;
    virtual std::optional<AssistanceRecord> find_assistance(const std::string& id) = 0;
    virtual std::optional<SessionRecord> find_session(const std::string& id) = 0;
    /// So much waits to be kept (the disk is full?) that the room left is for what cannot wait: sessions, not reports.
    virtual bool crowded() const { return false; }
};

}  // namespace pronto::hub
