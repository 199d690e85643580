#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "repeater/hub/records.hpp"

/// Reading what is stored, for the web and the command line.
namespace pronto::records {

/// What of the sessions is wanted. Newest first.
struct SessionQuery {
    std::optional<UnixMillis> since{};  ///< requested then or later
    std::optional<UnixMillis> until{};  ///< requested before then
    std::string operator_name{};        ///< empty: everybody's
    int limit = 50;                     ///< 1..500
    std::string cursor{};               ///< `next` of the page before; empty: the first page
};
struct SessionPage {
    std::vector<hub::SessionRecord> sessions;
    std::string next;  ///< empty: this is the last page
};

/// Which movies are wanted. Newest first.
struct MovieQuery {
    std::string operator_name{};  ///< empty: everybody's
    int limit = 50;               ///< 1..500
    std::string cursor{};         ///< `next` of the page before; empty: the first page
};
struct MoviePage {
    struct Entry {
        hub::SessionRecord session;
        hub::MovieRecord movie;
    };
    std::vector<Entry> movies;
    std::string next;  ///< empty: this is the last page
};

/// A session with all that belongs to it.
struct SessionStory {
    hub::SessionRecord session;
    hub::AssistanceRecord assistance;
    std::string ticket;  ///< its text; empty for a visit to a host
    std::vector<hub::ParticipantRecord> participants;
    std::vector<hub::RecordingRecord> recordings;
    std::optional<hub::MovieRecord> movie;  ///< nothing: it was not recorded
    std::optional<hub::ReportRecord> report;
};

/// An operator's account with what a log-in needs.
struct StoredAccount {
    hub::Account account;
    std::string password_hash;  ///< PHC string for admin::verify_password()
    bool enabled = false;
};

/// Whether the audit log is as it was written; see db::Audit.
struct AuditCheck {
    std::int64_t rows = 0;
    std::string head;                 ///< the newest row's hash
    std::vector<std::string> broken;  ///< in words, one for each place
};

/// Read-only queries with a connection of their own; any thread may ask (one at a time is answered). Throws db::Error.
/// What StoredRecords still has queued is not seen.
class Archive {
public:
    /// `database` must exist and be up to date (StoredRecords was made before, or a hub ran here).
    explicit Archive(const std::filesystem::path& database);
    ~Archive();

    /// Nothing if the cursor is none that a page had.
    std::optional<SessionPage> sessions(const SessionQuery& query) const;
    /// Sessions with what became of their recordings; nothing if the cursor is none that a page had.
    std::optional<MoviePage> movies(const MovieQuery& query) const;
    std::optional<SessionStory> session(const std::string& id) const;
    std::vector<hub::RecordingRecord> newest_recordings(int limit) const;
    /// The parts of one session in order.
    std::vector<hub::RecordingRecord> recordings_of(const std::string& session) const;
    /// What became of each recorded session, the newest first; 0: all.
    std::vector<hub::MovieRecord> newest_movies(int limit) const;
    std::vector<hub::AuditRecord> newest_audit(int limit) const;
    /// The oldest first.
    std::vector<hub::AuditRecord> audit_of(const std::string& action) const;
    AuditCheck check_audit() const;
    /// Tickets that can still be used, the newest first.
    std::vector<hub::TicketRecord> live_tickets(UnixMillis now, int limit) const;
    std::optional<StoredAccount> account(const std::string& name) const;
    std::optional<StoredAccount> account(std::int64_t id) const;
    /// Of the operators who may log in.
    hub::Credentials credentials() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// What a hub that was killed left open is now over; see db::interrupt_open_sessions. For the start of the hub, before
/// anything else is written. `measure` is recording::recovered().
struct Interrupted {
    std::vector<hub::SessionRecord> sessions;
    std::vector<hub::RecordingRecord> recordings;
    std::vector<std::pair<hub::SessionRecord, int>> waiting;  ///< may go on; with the number of parts of their movies
};
using Measure = std::function<hub::RecordingRecord(hub::RecordingRecord)>;
Interrupted interrupt_open_sessions(const std::filesystem::path& database, UnixMillis now, const Measure& measure = {}, Millis grace = {});

/// What else a hub that starts anew goes on with.
struct Remembered {
    std::vector<hub::ResumeRecord> guests;
    std::vector<hub::TokenRecord> tokens;
    std::vector<hub::Account> enabled;  ///< the operators who may log in
};
Remembered remembered(const std::filesystem::path& database);

}  // namespace pronto::records
