#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "repeater/hub/records.hpp"

namespace pronto::records {

/// What is decided about movies, by the hub's finishing queue, its retention and the command line alike: each call is
/// one transaction, audit row included, so that one of them never acts on what another has just changed. One thread.
/// Throws db::Error.
class MovieBook {
public:
    /// `database` must exist; it is brought up to date.
    explicit MovieBook(const std::filesystem::path& database);
    ~MovieBook();

    /// For the hub's start: what one that is gone had begun waits again. Returns every session whose movie is due.
    std::vector<std::string> take_up();
    std::vector<std::string> due();
    /// Has the session ended, are all its parts closed, and is there no outcome yet?
    bool is_due(const std::string& session);
    std::optional<hub::MovieRecord> find(const std::string& session);
    std::vector<hub::RecordingRecord> parts(const std::string& session);
    /// Of all recorded sessions, the newest first.
    std::vector<hub::MovieRecord> all();

    /// False if the movie has been deleted meanwhile: then nothing was changed, and its files have to go.
    bool save(const hub::MovieRecord& row, const std::optional<hub::AuditRecord>& audit = {});

    /// Why something was not done, in words; empty: it was done, and `audit` (whose subject is the session) is written.
    using Refusal = std::string;
    /// Calls the movie deleted. The files have to go after that, not before: a file that is gone without a word would
    /// look like a theft. Refused while it is recorded or worked on, and while it is held.
    Refusal remove(const std::string& session, const hub::AuditRecord& audit);
    /// A movie that failed for good is due again.
    Refusal retry(const std::string& session, const hub::AuditRecord& audit);
    Refusal hold(const std::string& session, const std::string& reason, const hub::AuditRecord& audit);
    Refusal release(const std::string& session, const hub::AuditRecord& audit);
    /// Somebody is about to see a movie. Refused if it is not finished.
    Refusal view(const std::string& session, const hub::AuditRecord& audit);
    void note(const hub::AuditRecord& audit);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto::records
