#include "repeater/records/json.hpp"

#include <boost/json/array.hpp>

#include "repeater/records/convert.hpp"

namespace pronto::records {

namespace {

namespace json = boost::json;

json::value time(const std::optional<UnixMillis>& at) {
    if (!at) return nullptr;
    return json::string(rfc3339(*at));
}

json::string text(std::string_view name) {
    return json::string(name.data(), name.size());
}

json::value or_null(const std::string& value) {
    return value.empty() ? json::value(nullptr) : json::value(json::string(value));
}

template <class Row>
json::array array_of(const std::vector<Row>& rows) {
    json::array array;
    for (const auto& row : rows) array.push_back(to_json(row));
    return array;
}

}  // namespace

json::object to_json(const hub::SessionRecord& row) {
    json::object object;
    object["session"] = row.id;
    object["assistance"] = row.assistance;
    object["mode"] = text(control::name(row.mode));
    object["state"] = text(control::name(row.state));
    object["reason"] = row.reason ? json::value(text(control::name(*row.reason))) : json::value(nullptr);
    object["detail"] = row.detail;
    object["operator"] = row.operator_name;
    object["operator_address"] = row.operator_address;
    object["guest"] = row.guest_name;
    object["guest_address"] = row.guest_address;
    object["requested"] = time(row.requested);
    object["granted"] = time(row.granted);
    object["streaming"] = time(row.streaming);
    object["ended"] = time(row.ended);
    object["duration_ms"] =
        row.streaming && row.ended ? json::value(*row.ended - *row.streaming) : json::value(nullptr);
    object["bytes_to_viewer"] = row.bytes_to_viewer;
    object["bytes_to_host"] = row.bytes_to_host;
    object["recorded"] = row.recorded;
    return object;
}

json::object to_json(const hub::RecordingRecord& row) {
    json::object object;
    object["session"] = row.session;
    object["part"] = row.part;
    object["file"] = row.file;
    object["state"] = text(name(row.state));
    object["started"] = time(row.started);
    object["duration_ms"] = row.duration_ms;
    object["bytes"] = row.bytes;
    object["detail"] = row.detail;
    return object;
}

json::object to_json(const hub::MovieRecord& row) {
    json::object object;
    object["session"] = row.session;
    object["state"] = text(name(row.state));
    object["file"] = or_null(row.file);
    object["bytes"] = row.bytes;
    object["duration_ms"] = row.duration_ms;
    object["movie_sha256"] = or_null(row.movie_sha256);
    object["facts_sha256"] = or_null(row.facts_sha256);
    object["poster_sha256"] = or_null(row.poster_sha256);
    object["attempts"] = row.attempts;
    object["changed"] = time(row.changed);
    object["ended"] = time(row.ended);
    object["hold"] = or_null(row.hold);
    object["detail"] = row.detail;
    return object;
}

json::object to_json(const hub::ParticipantRecord& row) {
    json::object object;
    object["leg"] = row.leg;
    object["role"] = text(control::name(row.role));
    object["name"] = row.name;
    object["address"] = row.address;
    object["joined"] = time(row.joined);
    object["left"] = time(row.left);
    return object;
}

json::object to_json(const hub::ReportRecord& row) {
    json::object object;
    object["assistance"] = row.assistance;
    object["problem"] = row.problem;
    object["solution"] = row.solution;
    object["category"] = row.category;
    object["outcome"] = text(control::name(row.outcome));
    object["saved"] = time(row.saved);
    return object;
}

json::object to_json(const hub::AuditRecord& row) {
    json::object object;
    object["time"] = time(row.time);
    object["actor"] = row.actor;
    object["action"] = row.action;
    object["subject"] = row.subject;
    object["detail"] = row.detail;
    return object;
}

json::object to_json(const hub::TicketRecord& row) {
    json::object object;
    object["ticket"] = row.ticket;
    object["operator"] = row.operator_name;
    object["created"] = time(row.created);
    object["expires"] = time(row.expires);
    object["used"] = time(row.used);
    return object;
}

json::object to_json(const SessionPage& page) {
    json::object object;
    object["sessions"] = array_of(page.sessions);
    object["next"] = page.next.empty() ? json::value(nullptr) : json::value(json::string(page.next));
    return object;
}

json::object to_json(const MoviePage& page) {
    json::array movies;
    for (const auto& [session, movie] : page.movies) {
        json::object object;
        object["session"] = session.id;
        object["guest"] = session.guest_name;
        object["operator"] = session.operator_name;
        object["started"] = time(session.streaming.value_or(session.requested));
        object["duration_ms"] = movie.duration_ms;
        object["bytes"] = movie.bytes;
        object["state"] = text(name(movie.state));
        object["hold"] = or_null(movie.hold);
        object["detail"] = movie.detail;
        movies.push_back(std::move(object));
    }
    json::object object;
    object["movies"] = std::move(movies);
    object["next"] = or_null(page.next);
    return object;
}

json::object to_json(const SessionStory& story) {
    json::object object = to_json(story.session);
    object["ticket"] = story.ticket.empty() ? json::value(nullptr) : json::value(json::string(story.ticket));
    object["guest_host"] = story.assistance.host_name;
    object["guest_user"] = story.assistance.user;
    object["participants"] = array_of(story.participants);
    object["recordings"] = array_of(story.recordings);
    object["movie"] = story.movie ? json::value(to_json(*story.movie)) : json::value(nullptr);
    object["report"] = story.report ? json::value(to_json(*story.report)) : json::value(nullptr);
    return object;
}

}  // namespace pronto::records
