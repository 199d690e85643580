#include "repeater/records/archive.hpp"

#include <algorithm>
#include <mutex>

#include "db/assistances.hpp"
#include "db/audit.hpp"
#include "db/database.hpp"
#include "db/interruption.hpp"
#include "db/movies.hpp"
#include "db/operators.hpp"
#include "db/participants.hpp"
#include "db/recordings.hpp"
#include "db/reports.hpp"
#include "db/sessions.hpp"
#include "db/resumes.hpp"
#include "db/tickets.hpp"
#include "db/tokens.hpp"
#include "repeater/records/convert.hpp"

namespace pronto::records {

namespace {

template <class Row>
auto from_rows(const std::vector<Row>& rows) {
    std::vector<decltype(from_row(rows.front()))> records;
    for (const auto& row : rows) records.push_back(from_row(row));
    return records;
}

std::optional<StoredAccount> account_from(const std::optional<db::OperatorRow>& row) {
    if (!row) return std::nullopt;
    return StoredAccount{{row->id, row->name, row->admin, row->password}, row->password, row->enabled};
}

}  // namespace

class Archive::Impl {
public:
    explicit Impl(const std::filesystem::path& file) : database(file, db::Database::Open::read_only) {}

    struct Page {
        std::vector<db::SessionRow> sessions;
        std::string next;
    };
    /// Nothing if the cursor is none that a page had.
    std::optional<Page> page(db::SessionFilter filter, int wished_limit, const std::string& cursor) {
        const int limit = std::clamp(wished_limit, 1, 500);
        filter.limit = limit + 1;  // one more than wanted tells whether there is a next page
        if (!cursor.empty() && !(filter.after = db::session_cursor_from(cursor))) return std::nullopt;
        Page page{sessions.list(filter), {}};
        if (page.sessions.size() > static_cast<std::size_t>(limit)) {
            page.sessions.pop_back();
            page.next = to_text(db::SessionCursor{page.sessions.back().requested, page.sessions.back().id});
        }
        return page;
    }

    SessionStory story(const db::SessionRow& session) {
        SessionStory story;
        story.session = from_row(session);
        if (const auto assistance = assistances.find(session.assistance)) story.assistance = from_row(*assistance);
        if (const auto ticket = tickets.find(story.assistance.ticket_id)) story.ticket = ticket->ticket;
        story.participants = from_rows(participants.list(session.id));
        story.recordings = from_rows(recordings.list(session.id));
        if (const auto movie = movies.find(session.id)) story.movie = from_row(*movie);
        if (const auto report = reports.find(session.assistance)) story.report = from_row(*report);
        return story;
    }

    std::mutex mutex;
    db::Database database;
    db::Operators operators{database};
    db::Tickets tickets{database};
    db::Assistances assistances{database};
    db::Sessions sessions{database};
    db::Participants participants{database};
    db::Reports reports{database};
    db::Recordings recordings{database};
    db::Movies movies{database};
    db::Audit audit{database};
};

Archive::Archive(const std::filesystem::path& database) : impl_(std::make_unique<Impl>(database)) {}
Archive::~Archive() = default;

std::optional<SessionPage> Archive::sessions(const SessionQuery& query) const {
    db::SessionFilter filter;
    filter.since = query.since;
    filter.until = query.until;
    filter.operator_name = query.operator_name;
    const std::lock_guard lock(impl_->mutex);
    auto rows = impl_->page(std::move(filter), query.limit, query.cursor);
    if (!rows) return std::nullopt;
    return SessionPage{from_rows(rows->sessions), rows->next};
}

std::optional<MoviePage> Archive::movies(const MovieQuery& query) const {
    db::SessionFilter filter;
    filter.operator_name = query.operator_name;
    filter.with_movie = true;
    const std::lock_guard lock(impl_->mutex);
    const auto rows = impl_->page(std::move(filter), query.limit, query.cursor);
    if (!rows) return std::nullopt;
    MoviePage page{{}, rows->next};
    for (const auto& session : rows->sessions)
        if (const auto movie = impl_->movies.find(session.id))
            page.movies.push_back({from_row(session), from_row(*movie)});
    return page;
}

std::optional<SessionStory> Archive::session(const std::string& id) const {
    const std::lock_guard lock(impl_->mutex);
    const auto session = impl_->sessions.find(id);
    if (!session) return std::nullopt;
    return impl_->story(*session);
}

std::vector<hub::RecordingRecord> Archive::newest_recordings(int limit) const {
    const std::lock_guard lock(impl_->mutex);
    return from_rows(impl_->recordings.newest(limit));
}

std::vector<hub::RecordingRecord> Archive::recordings_of(const std::string& session) const {
    const std::lock_guard lock(impl_->mutex);
    return from_rows(impl_->recordings.list(session));
}

std::vector<hub::MovieRecord> Archive::newest_movies(int limit) const {
    const std::lock_guard lock(impl_->mutex);
    return from_rows(impl_->movies.newest(limit));
}

std::vector<hub::AuditRecord> Archive::audit_of(const std::string& action) const {
    const std::lock_guard lock(impl_->mutex);
    return from_rows(impl_->audit.of_action(action));
}

AuditCheck Archive::check_audit() const {
    const std::lock_guard lock(impl_->mutex);
    auto check = impl_->audit.check();
    return {check.rows, std::move(check.head), std::move(check.broken)};
}

std::vector<hub::AuditRecord> Archive::newest_audit(int limit) const {
    const std::lock_guard lock(impl_->mutex);
    return from_rows(impl_->audit.newest(limit));
}

std::vector<hub::TicketRecord> Archive::live_tickets(UnixMillis now, int limit) const {
    const std::lock_guard lock(impl_->mutex);
    return from_rows(impl_->tickets.list_live(now, limit));
}

std::optional<StoredAccount> Archive::account(const std::string& name) const {
    const std::lock_guard lock(impl_->mutex);
    return account_from(impl_->operators.find(name));
}

std::optional<StoredAccount> Archive::account(std::int64_t id) const {
    const std::lock_guard lock(impl_->mutex);
    return account_from(impl_->operators.find(id));
}

hub::Credentials Archive::credentials() const {
    const std::lock_guard lock(impl_->mutex);
    hub::Credentials credentials;
    for (const auto& row : impl_->operators.list())
        if (row.enabled) credentials.emplace(row.id, row.password);
    return credentials;
}

Interrupted interrupt_open_sessions(const std::filesystem::path& database, UnixMillis now, const Measure& measure, Millis grace) {
    db::Database writer(database);
    db::Measure measure_row;
    if (measure) measure_row = [&measure](const db::RecordingRow& row) { return to_row(measure(from_row(row))); };
    const auto found = db::interrupt_open_sessions(writer, now, measure_row, grace);
    Interrupted left{from_rows(found.sessions), from_rows(found.recordings), {}};
    for (const auto& [session, parts] : found.waiting) left.waiting.emplace_back(from_row(session), parts);
    return left;
}

Remembered remembered(const std::filesystem::path& database) {
    db::Database reader(database, db::Database::Open::read_only);
    Remembered found{from_rows(db::Resumes(reader).list()), from_rows(db::Tokens(reader).list()), {}};
    for (const auto& row : db::Operators(reader).list())
        if (row.enabled) found.enabled.push_back({row.id, row.name, row.admin, row.password});
    return found;
}

}  // namespace pronto::records
