#pragma once

#include <string>
#include <variant>

#include "db/rows.hpp"

/// What waits to be written: rows, and the ends of some.
namespace pronto::records {

/// Of something that is over.
struct RemovedResume {
    std::string ticket_id;
};
struct RemovedToken {
    std::string token_sha256;
};
using Row = std::variant<db::TicketRow, db::AssistanceRow, db::SessionRow, db::ParticipantRow, db::ReportRow,
                         db::RecordingRow, db::AuditRow, db::ResumeRow, db::TokenRow, RemovedResume, RemovedToken>;

/// For the log: enough to find what it was about.
std::string named(const Row& row);
/// What it holds, roughly: itself and its longer texts.
std::size_t bytes_of(const Row& row);

}  // namespace pronto::records
