#pragma once

#include <filesystem>
#include <memory>

#include "repeater/hub/records.hpp"

namespace pronto::records {

/// The hub's rows in its database. save() only queues: one writer thread stores the rows in order, many in a
/// transaction. A write that fails (disk full, locked) is logged and tried again until it succeeds; a row that breaks a
/// rule of the database is logged and counted as lost, as are rows beyond the queue's limits. Reads see rows that are
/// still queued.
class StoredRecords final : public hub::Records {
public:
    struct Options {
        std::size_t longest_queue = 100'000;           ///< rows
        std::size_t longest_queue_bytes = 64'000'000;  ///< their texts and what keeps them
        std::size_t longest_batch = 500;               ///< rows in one transaction
        Millis first_retry{100};                       ///< doubled at every failure
        Millis last_retry{5'000};
        Millis patience_at_end{5'000};  ///< how long the destructor keeps trying
    };
    struct Counters {
        std::size_t queued = 0;  ///< rows not on disk yet
        std::size_t queued_bytes = 0;
        std::uint64_t stored = 0;
        std::uint64_t failed_writes = 0;  ///< transactions that failed and were tried again
        std::uint64_t lost = 0;           ///< rows that will never be stored; each was logged
        bool failing = false;             ///< the last write failed: the database needs attention
    };

    /// `database` is the file; it is made if missing. Throws db::Error.
    explicit StoredRecords(const std::filesystem::path& database);
    StoredRecords(const std::filesystem::path& database, const Options& options);
    /// Stores what is queued, for `patience_at_end` at most.
    ~StoredRecords() override;

    void save(const hub::TicketRecord& row) override;
    void save(const hub::AssistanceRecord& row) override;
    void save(const hub::SessionRecord& row) override;
    void save(const hub::ParticipantRecord& row) override;
    void save(const hub::ReportRecord& row) override;
    void save(const hub::RecordingRecord& row) override;
    void save(const hub::AuditRecord& row) override;
    void save(const hub::ResumeRecord& row) override;
    void save(const hub::TokenRecord& row) override;
    std::optional<hub::TicketRecord> find_ticket(const std::string& ticket) override;
    std::optional<hub::AssistanceRecord> find_assistance(const std::string& id) override;
    std::optional<hub::SessionRecord> find_session(const std::string& id) override;
    bool crowded() const override;

    /// Waits until everything saved before is on disk (or lost), `longest` at most. False if time ran out.
    bool flush(Millis longest = Millis{10'000});
    Counters counters() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto::records
