#include "repeater/records/convert.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace pronto::records {

namespace {

using hub::RecordingState;

using hub::MovieState;

constexpr std::array recording_states{RecordingState::writing, RecordingState::complete, RecordingState::failed,
                                      RecordingState::interrupted};
constexpr std::array movie_states{MovieState::recording, MovieState::waiting, MovieState::working,
                                  MovieState::finished,  MovieState::failed,  MovieState::deleted};

template <class State, std::size_t N>
std::optional<State> state_from(const std::array<State, N>& states, std::string_view word) {
    for (const State state : states)
        if (hub::name(state) == word) return state;
    return std::nullopt;
}

/// The schema allows known words only: another one means that somebody changed the database by hand.
template <class E>
E known(std::optional<E> value, const std::string& word) {
    if (!value) throw std::runtime_error("the database has the word \"" + word + "\" where none like it belongs");
    return *value;
}

std::string word(std::string_view name) {
    return std::string(name);
}

}  // namespace

db::TicketRow to_row(const hub::TicketRecord& record) {
    return {record.id,      record.ticket, record.operator_id, record.operator_name, record.created,
            record.expires, record.used,   record.assistance,  record.secret_sha256, record.left};
}

db::AssistanceRow to_row(const hub::AssistanceRecord& record) {
    return {record.id,   record.ticket_id, record.operator_id, record.guest_name, record.host_name,
            record.user, record.system,    record.address,     record.opened};
}

db::SessionRow to_row(const hub::SessionRecord& record) {
    db::SessionRow row;
    row.id = record.id;
    row.assistance = record.assistance;
    row.mode = word(control::name(record.mode));
    row.state = word(control::name(record.state));
    if (record.reason) row.reason = word(control::name(*record.reason));
    row.detail = record.detail;
    row.operator_id = record.operator_id;
    row.operator_name = record.operator_name;
    row.operator_address = record.operator_address;
    row.guest_name = record.guest_name;
    row.guest_address = record.guest_address;
    row.requested = record.requested;
    row.granted = record.granted;
    row.streaming = record.streaming;
    row.ended = record.ended;
    row.bytes_to_viewer = static_cast<std::int64_t>(record.bytes_to_viewer);
    row.bytes_to_host = static_cast<std::int64_t>(record.bytes_to_host);
    row.recorded = record.recorded;
    row.seen = record.seen;
    row.generation = record.generation;
    row.may_wait = record.may_wait;
    row.operator_pauses = record.operator_pauses;
    row.guest_pauses = record.guest_pauses;
    return row;
}

db::ParticipantRow to_row(const hub::ParticipantRecord& record) {
    return {record.session, record.leg, word(control::name(record.role)), record.name, record.address,
            record.joined,  record.left};
}

db::ReportRow to_row(const hub::ReportRecord& record) {
    return {record.assistance, record.operator_id, record.problem,
            record.solution,   record.category,    word(control::name(record.outcome)),
            record.saved};
}

db::RecordingRow to_row(const hub::RecordingRecord& record) {
    return {record.session,
            record.part,
            record.file,
            word(hub::name(record.state)),
            record.started,
            record.duration_ms,
            static_cast<std::int64_t>(record.bytes),
            record.detail};
}

db::MovieRow to_row(const hub::MovieRecord& record) {
    db::MovieRow row;
    row.session = record.session;
    row.state = word(hub::name(record.state));
    row.file = record.file;
    row.bytes = static_cast<std::int64_t>(record.bytes);
    row.duration_ms = record.duration_ms;
    row.movie_sha256 = record.movie_sha256;
    row.facts_sha256 = record.facts_sha256;
    row.poster_sha256 = record.poster_sha256;
    row.attempts = record.attempts;
    row.changed = record.changed;
    row.detail = record.detail;
    return row;
}

db::AuditRow to_row(const hub::AuditRecord& record) {
    return {0, record.time, record.actor, record.action, record.subject, record.detail};
}

db::ResumeRow to_row(const hub::ResumeRecord& record) {
    return {record.ticket_id, record.ticket,       record.ticket_owner,   record.assistance, record.name,
            record.key,       record.token_sha256, record.earlier_sha256, record.left};
}

db::TokenRow to_row(const hub::TokenRecord& record) {
    return {record.token_sha256, record.operator_id, record.credential_sha256, record.issued, record.used};
}

hub::ResumeRecord from_row(const db::ResumeRow& row) {
    return {row.ticket_id, row.ticket,       row.ticket_owner,   row.assistance, row.name,
            row.key,       row.token_sha256, row.earlier_sha256, row.left};
}

hub::TokenRecord from_row(const db::TokenRow& row) {
    return {row.token_sha256, row.operator_id, row.credential_sha256, row.issued, row.used};
}

hub::TicketRecord from_row(const db::TicketRow& row) {
    return {row.id,      row.ticket, row.operator_id, row.operator_name, row.created,
            row.expires, row.used,   row.assistance,  row.secret_sha256, row.left};
}

hub::AssistanceRecord from_row(const db::AssistanceRow& row) {
    return {row.id,   row.ticket_id, row.operator_id, row.guest_name, row.host_name,
            row.user, row.system,    row.address,     row.opened};
}

hub::SessionRecord from_row(const db::SessionRow& row) {
    hub::SessionRecord record;
    record.id = row.id;
    record.assistance = row.assistance;
    record.mode = known(control::mode_from(row.mode), row.mode);
    record.state = known(control::session_state_from(row.state), row.state);
    if (!row.reason.empty()) record.reason = known(control::end_reason_from(row.reason), row.reason);
    record.detail = row.detail;
    record.operator_id = row.operator_id;
    record.operator_name = row.operator_name;
    record.operator_address = row.operator_address;
    record.guest_name = row.guest_name;
    record.guest_address = row.guest_address;
    record.requested = row.requested;
    record.granted = row.granted;
    record.streaming = row.streaming;
    record.ended = row.ended;
    record.bytes_to_viewer = static_cast<std::uint64_t>(row.bytes_to_viewer);
    record.bytes_to_host = static_cast<std::uint64_t>(row.bytes_to_host);
    record.recorded = row.recorded;
    record.seen = row.seen;
    record.generation = static_cast<int>(row.generation);
    record.may_wait = row.may_wait;
    record.operator_pauses = row.operator_pauses;
    record.guest_pauses = row.guest_pauses;
    return record;
}

hub::ParticipantRecord from_row(const db::ParticipantRow& row) {
    return {row.session, row.leg, known(control::role_from(row.role), row.role), row.name, row.address,
            row.joined,  row.left};
}

hub::ReportRecord from_row(const db::ReportRow& row) {
    return {row.assistance, row.operator_id, row.problem,
            row.solution,   row.category,    known(control::outcome_from(row.outcome), row.outcome),
            row.saved};
}

hub::RecordingRecord from_row(const db::RecordingRow& row) {
    return {row.session,
            row.part,
            row.file,
            known(state_from(recording_states, row.state), row.state),
            row.started,
            row.duration_ms,
            static_cast<std::uint64_t>(row.bytes),
            row.detail};
}

hub::MovieRecord from_row(const db::MovieRow& row) {
    hub::MovieRecord record;
    record.session = row.session;
    record.state = known(state_from(movie_states, row.state), row.state);
    record.file = row.file;
    record.bytes = static_cast<std::uint64_t>(row.bytes);
    record.duration_ms = row.duration_ms;
    record.movie_sha256 = row.movie_sha256;
    record.facts_sha256 = row.facts_sha256;
    record.poster_sha256 = row.poster_sha256;
    record.attempts = row.attempts;
    record.changed = row.changed;
    record.detail = row.detail;
    record.hold = row.hold;
    record.ended = row.ended;
    return record;
}

hub::AuditRecord from_row(const db::AuditRow& row) {
    return {row.time, row.actor, row.action, row.subject, row.detail};
}

}  // namespace pronto::records
