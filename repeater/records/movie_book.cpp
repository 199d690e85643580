#include "repeater/records/movie_book.hpp"

#include <fmt/format.h>

#include "db/audit.hpp"
#include "db/database.hpp"
#include "db/movies.hpp"
#include "db/recordings.hpp"
#include "repeater/records/convert.hpp"

namespace pronto::records {

class MovieBook::Impl {
public:
    explicit Impl(const std::filesystem::path& file) : database(file, db::Database::Open::existing) {}

    /// Does `act` if `refusal` (asked in the same transaction) has no words.
    template <class Refuse, class Act>
    Refusal decide(const std::string& session, const hub::AuditRecord& note, Refuse refusal, Act act) {
        db::Transaction together(database);
        const auto row = movies.find(session);
        if (!row) return fmt::format("session {} has no movie", session);
        if (auto words = refusal(*row); !words.empty()) return words;
        act(*row);
        audit.append(to_row(note));
        together.commit();
        return {};
    }

    db::Database database;
    db::Movies movies{database};
    db::Recordings recordings{database};
    db::Audit audit{database};
};

MovieBook::MovieBook(const std::filesystem::path& database) : impl_(std::make_unique<Impl>(database)) {}
MovieBook::~MovieBook() = default;

std::vector<std::string> MovieBook::take_up() {
    db::Transaction together(impl_->database);
    impl_->movies.put_back();
    auto due = impl_->movies.due();
    together.commit();
    return due;
}

std::vector<std::string> MovieBook::due() {
    return impl_->movies.due();
}

bool MovieBook::is_due(const std::string& session) {
    return impl_->movies.is_due(session);
}

std::optional<hub::MovieRecord> MovieBook::find(const std::string& session) {
    const auto row = impl_->movies.find(session);
    if (!row) return std::nullopt;
    return from_row(*row);
}

std::vector<hub::RecordingRecord> MovieBook::parts(const std::string& session) {
    std::vector<hub::RecordingRecord> parts;
    for (const auto& row : impl_->recordings.list(session)) parts.push_back(from_row(row));
    return parts;
}

std::vector<hub::MovieRecord> MovieBook::all() {
    std::vector<hub::MovieRecord> movies;
    for (const auto& row : impl_->movies.newest(0)) movies.push_back(from_row(row));
    return movies;
}

bool MovieBook::save(const hub::MovieRecord& row, const std::optional<hub::AuditRecord>& audit) {
    db::Transaction together(impl_->database);
    if (!impl_->movies.save(to_row(row))) return false;
    if (audit) impl_->audit.append(to_row(*audit));
    together.commit();
    return true;
}

MovieBook::Refusal MovieBook::remove(const std::string& session, const hub::AuditRecord& audit) {
    const auto refusal = [](const db::MovieRow& row) -> Refusal {
        if (!row.hold.empty())
            return fmt::format("the movie of session {} is held: {} (pronto-repeater recording release)", row.session,
                               row.hold);
        if (row.state == "recording") return fmt::format("session {} is still being recorded", row.session);
        if (row.state == "working")
            return fmt::format("the movie of session {} is being finished; try again in a while", row.session);
        if (row.state == "deleted") return fmt::format("the movie of session {} was deleted before", row.session);
        return {};
    };
    return impl_->decide(session, audit, refusal, [&](db::MovieRow row) {
        row.state = "deleted";
        row.changed = audit.time;
        row.detail = fmt::format("{}, by {}", audit.detail, audit.actor);
        impl_->movies.save(row);
    });
}

MovieBook::Refusal MovieBook::retry(const std::string& session, const hub::AuditRecord& audit) {
    const auto refusal = [](const db::MovieRow& row) -> Refusal {
        if (row.state == "failed") return {};
        return fmt::format("the movie of session {} has not failed: it is {}", row.session, row.state);
    };
    return impl_->decide(session, audit, refusal, [&](db::MovieRow row) {
        row.state = "waiting";
        row.attempts = 0;
        row.changed = audit.time;
        impl_->movies.save(row);
    });
}

MovieBook::Refusal MovieBook::hold(const std::string& session, const std::string& reason,
                                   const hub::AuditRecord& audit) {
    const auto refusal = [](const db::MovieRow& row) -> Refusal {
        if (row.state == "deleted") return fmt::format("the movie of session {} was deleted", row.session);
        return {};
    };
    return impl_->decide(session, audit, refusal, [&](const db::MovieRow&) {
        impl_->movies.hold({session, reason, audit.actor, audit.time});
    });
}

MovieBook::Refusal MovieBook::release(const std::string& session, const hub::AuditRecord& audit) {
    const auto refusal = [](const db::MovieRow& row) -> Refusal {
        if (row.hold.empty()) return fmt::format("the movie of session {} is not held", row.session);
        return {};
    };
    return impl_->decide(session, audit, refusal, [&](const db::MovieRow&) { impl_->movies.release(session); });
}

MovieBook::Refusal MovieBook::view(const std::string& session, const hub::AuditRecord& audit) {
    const auto refusal = [](const db::MovieRow& row) -> Refusal {
        if (row.state == "finished") return {};
        return fmt::format("the movie of session {} is not there to be seen: it is {}{}{}", row.session, row.state,
                           row.detail.empty() ? "" : ", ", row.detail);
    };
    return impl_->decide(session, audit, refusal, [](const db::MovieRow&) {});
}

void MovieBook::note(const hub::AuditRecord& audit) {
    impl_->audit.append(to_row(audit));
}

}  // namespace pronto::records
