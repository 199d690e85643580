#pragma once

#include "db/rows.hpp"
#include "repeater/hub/records.hpp"

/// Between the hub's records and the database's rows.
namespace pronto::records {

db::TicketRow to_row(const hub::TicketRecord& record);
db::AssistanceRow to_row(const hub::AssistanceRecord& record);
db::SessionRow to_row(const hub::SessionRecord& record);
db::ParticipantRow to_row(const hub::ParticipantRecord& record);
db::ReportRow to_row(const hub::ReportRecord& record);
db::RecordingRow to_row(const hub::RecordingRecord& record);
db::MovieRow to_row(const hub::MovieRecord& record);
db::AuditRow to_row(const hub::AuditRecord& record);
db::ResumeRow to_row(const hub::ResumeRecord& record);
db::TokenRow to_row(const hub::TokenRecord& record);

hub::TicketRecord from_row(const db::TicketRow& row);
hub::AssistanceRecord from_row(const db::AssistanceRow& row);
hub::SessionRecord from_row(const db::SessionRow& row);
hub::ParticipantRecord from_row(const db::ParticipantRow& row);
hub::ReportRecord from_row(const db::ReportRow& row);
hub::RecordingRecord from_row(const db::RecordingRow& row);
hub::MovieRecord from_row(const db::MovieRow& row);
hub::AuditRecord from_row(const db::AuditRow& row);
hub::ResumeRecord from_row(const db::ResumeRow& row);
hub::TokenRecord from_row(const db::TokenRow& row);

}  // namespace pronto::records
