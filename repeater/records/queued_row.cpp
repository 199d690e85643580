#include "repeater/records/queued_row.hpp"

namespace pronto::records {

namespace {

/// A row for the log: enough to find what it was about.
std::string named(const db::TicketRow& row) {
    return "ticket " + row.ticket;
}
std::string named(const db::AssistanceRow& row) {
    return "assistance " + row.id;
}
std::string named(const db::SessionRow& row) {
    return "session " + row.id + " (" + row.state + ")";
}
std::string named(const db::ParticipantRow& row) {
    return "participant " + row.session + "/" + row.leg;
}
std::string named(const db::ReportRow& row) {
    return "report of " + row.assistance;
}
std::string named(const db::RecordingRow& row) {
    return "recording " + row.file + " (" + row.state + ")";
}
std::string named(const db::AuditRow& row) {
    return "audit " + row.action + " " + row.subject;
}

std::string named(const db::ResumeRow& row) {
    return "the return of " + row.name;
}
std::string named(const db::TokenRow&) {
    return "a log-in";
}
std::string named(const RemovedResume& row) {
    return "the end of the ticket " + row.ticket_id;
}
std::string named(const RemovedToken&) {
    return "the end of a log-in";
}

/// What a row holds, roughly: itself and its longer texts.
template <class... Texts>
std::size_t with_texts(const Texts&... texts) {
    return sizeof(Row) + (texts.size() + ...);
}
std::size_t bytes_of(const db::TicketRow& row) {
    return with_texts(row.id, row.ticket, row.operator_name);
}
std::size_t bytes_of(const db::AssistanceRow& row) {
    return with_texts(row.id, row.ticket_id, row.guest_name, row.host_name, row.user, row.system, row.address);
}
std::size_t bytes_of(const db::SessionRow& row) {
    return with_texts(row.id, row.assistance, row.detail, row.operator_name, row.guest_name);
}
std::size_t bytes_of(const db::ParticipantRow& row) {
    return with_texts(row.session, row.name, row.address);
}
std::size_t bytes_of(const db::ReportRow& row) {
    return with_texts(row.assistance, row.problem, row.solution, row.category);
}
std::size_t bytes_of(const db::RecordingRow& row) {
    return with_texts(row.session, row.file, row.detail);
}
std::size_t bytes_of(const db::AuditRow& row) {
    return with_texts(row.actor, row.action, row.subject, row.detail);
}

std::size_t bytes_of(const db::ResumeRow& row) {
    return with_texts(row.ticket_id, row.assistance, row.name, row.key, row.token_sha256, row.earlier_sha256);
}
std::size_t bytes_of(const db::TokenRow& row) {
    return with_texts(row.token_sha256, row.credential_sha256);
}
std::size_t bytes_of(const RemovedResume& row) {
    return with_texts(row.ticket_id);
}
std::size_t bytes_of(const RemovedToken& row) {
    return with_texts(row.token_sha256);
}

}  // namespace

std::string named(const Row& row) {
    return std::visit([](const auto& one) { return named(one); }, row);
}

std::size_t bytes_of(const Row& row) {
    return std::visit([](const auto& one) { return bytes_of(one); }, row);
}

}  // namespace pronto::records
