#pragma once

#include <boost/json/object.hpp>

#include "repeater/records/archive.hpp"

/// Stored rows as JSON, the same for the REST API and the command line's --json: field names of docs/protocol.md, times
/// in RFC 3339, absent times null.
namespace pronto::records {

boost::json::object to_json(const hub::SessionRecord& row);
boost::json::object to_json(const hub::RecordingRecord& row);
boost::json::object to_json(const hub::MovieRecord& row);
boost::json::object to_json(const hub::ParticipantRecord& row);
boost::json::object to_json(const hub::ReportRecord& row);
boost::json::object to_json(const hub::AuditRecord& row);
boost::json::object to_json(const hub::TicketRecord& row);
/// {"sessions": [...], "next": cursor or null}
boost::json::object to_json(const SessionPage& page);
/// {"movies": [{session, guest, operator, started, duration_ms, bytes, state, hold, detail}, ...], "next": cursor or null}
boost::json::object to_json(const MoviePage& page);
/// The session's fields, plus "ticket", "guest_host", "guest_user", "participants", "recordings" (the parts), "movie"
/// and "report" (or null).
boost::json::object to_json(const SessionStory& story);

}  // namespace pronto::records
