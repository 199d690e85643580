#include "repeater/records/stored_records.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <type_traits>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "db/assistances.hpp"
#include "db/audit.hpp"
#include "db/database.hpp"
#include "db/participants.hpp"
#include "db/recordings.hpp"
#include "db/reports.hpp"
#include "db/resumes.hpp"
#include "db/sessions.hpp"
#include "db/tickets.hpp"
#include "db/tokens.hpp"
#include "repeater/records/convert.hpp"
#include "repeater/records/queued_row.hpp"
#include "rfb-ext/base/log.hpp"

namespace pronto::records {

namespace {

/// All the repositories rows go to.
class Store {
public:
    explicit Store(const std::filesystem::path& file) : database(file) {}
    void put(const db::TicketRow& row) { tickets_.save(row); }
    void put(const db::AssistanceRow& row) { assistances_.save(row); }
    void put(const db::SessionRow& row) { sessions_.save(row); }
    void put(const db::ParticipantRow& row) { participants_.save(row); }
    void put(const db::ReportRow& row) { reports_.save(row); }
    void put(const db::RecordingRow& row) { recordings_.save(row); }
    void put(const db::AuditRow& row) { audit_.append(row); }
    void put(const db::ResumeRow& row) { resumes_.save(row); }
    void put(const db::TokenRow& row) { tokens_.save(row); }
    void put(const RemovedResume& row) { resumes_.remove(row.ticket_id); }
    void put(const RemovedToken& row) { tokens_.remove(row.token_sha256); }

    db::Database database;

private:
    db::Tickets tickets_{database};
    db::Assistances assistances_{database};
    db::Sessions sessions_{database};
    db::Participants participants_{database};
    db::Reports reports_{database};
    db::Recordings recordings_{database};
    db::Audit audit_{database};
    db::Resumes resumes_{database};
    db::Tokens tokens_{database};
};

}  // namespace

class StoredRecords::Impl {
public:
    Impl(const std::filesystem::path& file, const Options& options)
        : options_(options), store_(file), reader_(file, db::Database::Open::read_only), thread_([this] { run(); }) {}

    ~Impl() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = std::chrono::steady_clock::now();
        }
        wake_.notify_all();
        thread_.join();
    }

    template <class DbRow>
    void save(const DbRow& row) {
        Row queued(row);
        const std::lock_guard lock(mutex_);
        const std::size_t bytes = bytes_of(queued);
        if (queue_.size() >= options_.longest_queue || queued_bytes_ + bytes > options_.longest_queue_bytes) {
            ++counters_.lost;
            log::error("not stored, {} rows are waiting for the database already: {}", queue_.size(), named(queued));
            return;
        }
        ++last_;
        if constexpr (std::is_same_v<DbRow, db::TicketRow>)
            tickets_.insert_or_assign(row.ticket, Waiting<DbRow>{row, last_});
        if constexpr (std::is_same_v<DbRow, db::AssistanceRow>)
            assistances_.insert_or_assign(row.id, Waiting<DbRow>{row, last_});
        if constexpr (std::is_same_v<DbRow, db::SessionRow>)
            sessions_.insert_or_assign(row.id, Waiting<DbRow>{row, last_});
        queue_.push_back(std::move(queued));
        queued_bytes_ += bytes;
        wake_.notify_one();
    }

    std::optional<db::TicketRow> find_ticket(const std::string& ticket) {
        const auto waiting = waiting_in(tickets_, ticket);
        const std::lock_guard lock(reader_mutex_);
        const auto stored = stored_tickets_.newest(ticket);
        // The command line may have stored a newer one while an old one of the same text is still queued.
        if (waiting && stored && stored->id != waiting->id && stored->created > waiting->created) return stored;
        return waiting ? waiting : stored;
    }

    std::optional<db::AssistanceRow> find_assistance(const std::string& id) {
        if (auto waiting = waiting_in(assistances_, id)) return waiting;
        const std::lock_guard lock(reader_mutex_);
        return stored_assistances_.find(id);
    }

    std::optional<db::SessionRow> find_session(const std::string& id) {
        if (auto waiting = waiting_in(sessions_, id)) return waiting;
        const std::lock_guard lock(reader_mutex_);
        return stored_sessions_.find(id);
    }

    bool flush(Millis longest) {
        std::unique_lock lock(mutex_);
        const auto upto = last_;
        return done_signal_.wait_for(lock, longest, [&] { return done_ >= upto; });
    }

    Counters counters() const {
        const std::lock_guard lock(mutex_);
        Counters now = counters_;
        now.queued = queue_.size();
        now.queued_bytes = queued_bytes_;
        return now;
    }

    bool crowded() const {
        const std::lock_guard lock(mutex_);
        return queue_.size() >= options_.longest_queue / 2 || queued_bytes_ >= options_.longest_queue_bytes / 2;
    }

private:
    template <class DbRow>
    struct Waiting {
        DbRow row;
        std::uint64_t number;
    };
    template <class DbRow>
    using WaitingRows = std::map<std::string, Waiting<DbRow>>;

    template <class DbRow>
    std::optional<DbRow> waiting_in(const WaitingRows<DbRow>& rows, const std::string& key) const {
        const std::lock_guard lock(mutex_);
        const auto found = rows.find(key);
        return found == rows.end() ? std::nullopt : std::optional(found->second.row);
    }

    void run() {
        Millis retry = options_.first_retry;
        std::unique_lock lock(mutex_);
        for (;;) {
            wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            const auto batch = next_batch();
            lock.unlock();
            const auto lost = try_store(batch);
            lock.lock();
            if (lost) {
                settle(batch.size(), *lost);
                retry = options_.first_retry;
                continue;
            }
            ++counters_.failed_writes;
            counters_.failing = true;
            if (stopping_ && std::chrono::steady_clock::now() - *stopping_ >= options_.patience_at_end) {
                give_up();
                return;
            }
            // Woken early only to stop: new rows do not make a disk better.
            wake_.wait_for(lock, retry,
                           [this, before = stopping_.has_value()] { return stopping_.has_value() != before; });
            retry = std::min(retry * 2, options_.last_retry);
        }
    }

    /// The rows stay in the queue (which only grows behind them) until they are on disk.
    std::vector<const Row*> next_batch() const {
        std::vector<const Row*> batch;
        for (auto row = queue_.begin(); row != queue_.end() && batch.size() < options_.longest_batch; ++row)
            batch.push_back(&*row);
        return batch;
    }

    /// One transaction. Returns how many rows broke a rule of the database (the others are stored), nothing if it
    /// failed.
    std::optional<std::uint64_t> try_store(const std::vector<const Row*>& batch) {
        std::vector<std::string> refused;
        try {
            db::Transaction together(store_.database);
            for (const Row* row : batch) put(*row, refused);
            together.commit();
        } catch (const std::exception& problem) {
            log::error("{} rows could not be stored and will be tried again: {}", batch.size(), problem.what());
            return std::nullopt;
        }
        for (const auto& words : refused) log::error("{}", words);
        return refused.size();
    }

    void put(const Row& row, std::vector<std::string>& refused) {
        try {
            std::visit([this](const auto& one) { store_.put(one); }, row);
        } catch (const db::Error& problem) {
            if (problem.kind() != db::Error::Kind::constraint) throw;
            const auto what = named(row);
            refused.push_back(fmt::format("lost, the database refuses it: {}: {}", what, problem.what()));
        }
    }

    void settle(std::size_t rows, std::uint64_t lost) {
        if (counters_.failing) log::info("the database takes rows again");
        counters_.failing = false;
        counters_.stored += rows - lost;
        counters_.lost += lost;
        for (std::size_t i = 0; i < rows; ++i) {
            queued_bytes_ -= bytes_of(queue_.front());
            queue_.pop_front();
        }
        done_ += rows;
        forget(tickets_);
        forget(assistances_);
        forget(sessions_);
        done_signal_.notify_all();
    }

    template <class DbRow>
    void forget(WaitingRows<DbRow>& rows) {
        std::erase_if(rows, [this](const auto& entry) { return entry.second.number <= done_; });
    }

    void give_up() {
        for (const auto& row : queue_)
            log::error("lost at the end: {}", named(row));
        counters_.lost += queue_.size();
    }

    const Options options_;
    Store store_;  ///< the writer thread's
    std::mutex reader_mutex_;
    db::Database reader_;
    db::Tickets stored_tickets_{reader_};
    db::Assistances stored_assistances_{reader_};
    db::Sessions stored_sessions_{reader_};

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable done_signal_;
    std::deque<Row> queue_;
    std::size_t queued_bytes_ = 0;
    std::uint64_t last_ = 0;  ///< number of the newest row
    std::uint64_t done_ = 0;  ///< rows up to this number are on disk or lost
    WaitingRows<db::TicketRow> tickets_;
    WaitingRows<db::AssistanceRow> assistances_;
    WaitingRows<db::SessionRow> sessions_;
    Counters counters_;
    std::optional<SteadyTime> stopping_;
    std::thread thread_;
};

StoredRecords::StoredRecords(const std::filesystem::path& database) : StoredRecords(database, Options{}) {}
StoredRecords::StoredRecords(const std::filesystem::path& database, const Options& options)
    : impl_(std::make_unique<Impl>(database, options)) {}
StoredRecords::~StoredRecords() = default;

void StoredRecords::save(const hub::TicketRecord& row) {
    impl_->save(to_row(row));
}
void StoredRecords::save(const hub::AssistanceRecord& row) {
    impl_->save(to_row(row));
}
void StoredRecords::save(const hub::SessionRecord& row) {
    impl_->save(to_row(row));
}
void StoredRecords::save(const hub::ParticipantRecord& row) {
    impl_->save(to_row(row));
}
void StoredRecords::save(const hub::ReportRecord& row) {
    impl_->save(to_row(row));
}
void StoredRecords::save(const hub::RecordingRecord& row) {
    impl_->save(to_row(row));
}
void StoredRecords::save(const hub::AuditRecord& row) {
    log::info("{}: {} {}{}{}", row.actor, row.action, row.subject, row.detail.empty() ? "" : ": ", row.detail);
    impl_->save(to_row(row));
}

void StoredRecords::save(const hub::ResumeRecord& row) {
    if (row.gone) return impl_->save(RemovedResume{row.ticket_id});
    impl_->save(to_row(row));
}
void StoredRecords::save(const hub::TokenRecord& row) {
    if (row.gone) return impl_->save(RemovedToken{row.token_sha256});
    impl_->save(to_row(row));
}

std::optional<hub::SessionRecord> StoredRecords::find_session(const std::string& id) {
    const auto row = impl_->find_session(id);
    if (!row) return std::nullopt;
    return from_row(*row);
}

std::optional<hub::TicketRecord> StoredRecords::find_ticket(const std::string& ticket) {
    const auto row = impl_->find_ticket(ticket);
    if (!row) return std::nullopt;
    return from_row(*row);
}

std::optional<hub::AssistanceRecord> StoredRecords::find_assistance(const std::string& id) {
    const auto row = impl_->find_assistance(id);
    if (!row) return std::nullopt;
    return from_row(*row);
}

bool StoredRecords::crowded() const {
    return impl_->crowded();
}

bool StoredRecords::flush(Millis longest) {
    return impl_->flush(longest);
}
StoredRecords::Counters StoredRecords::counters() const {
    return impl_->counters();
}

}  // namespace pronto::records
