#include "repeater/admin/session_text.hpp"

#include <fmt/format.h>

#include "repeater/admin/table.hpp"
#include "repeater/records/convert.hpp"
#include "rfb-ext/base/text.hpp"

namespace pronto::admin {

namespace {

using control::name;

constexpr std::size_t longest_line_bytes = 200;
constexpr std::size_t longest_report_bytes = 4'000;

/// "ended (operator)"; a session that was cut off by the hub's death still has its last state until the hub starts
/// again.
std::string state_text(const hub::SessionRecord& session) {
    if (!session.reason) return std::string(name(session.state));
    return fmt::format("{} ({})", name(session.state), name(*session.reason));
}

std::string length_text(const hub::SessionRecord& session) {
    if (!session.streaming || !session.ended) return "-";
    return duration_text(*session.ended - *session.streaming);
}

std::string line(const std::string& title, const std::string& value) {
    return fmt::format("{:<14}{}\n", title, value.empty() ? "-" : presentable(value, longest_line_bytes));
}

/// A text of several lines, each set in.
std::string paragraph(const std::string& title, const std::string& text) {
    std::string out = fmt::format("{:<14}", title);
    for (const char c : presentable(text, longest_report_bytes, true)) {
        out += c;
        if (c == '\n') out += std::string(14, ' ');
    }
    return out + '\n';
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts)
        if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
    return text;
}

std::string from(const std::string& who, const std::string& address) {
    return address.empty() ? who : fmt::format("{} from {}", who, address);
}

std::string participants_text(const std::vector<hub::ParticipantRecord>& participants) {
    Table table({{"LEG"}, {"ROLE"}, {"NAME"}, {"ADDRESS"}, {"JOINED"}, {"LEFT"}});
    for (const auto& one : participants)
        table.add({one.leg, std::string(name(one.role)), one.name, one.address, local_time(one.joined),
                   local_time(one.left)});
    return table.empty() ? "" : "\nParticipants\n" + table.text();
}

std::string movie_text(const records::SessionStory& story) {
    std::string text = "\nRecording\n";
    if (const auto& movie = story.movie) {
        text += line("Movie", movie_state_text(*movie));
        if (!movie->file.empty()) {
            text += line("File", movie->file);
            text += line("Length", fmt::format("{}, {}", duration_text(movie->duration_ms), human_bytes(movie->bytes)));
            text += line("SHA-256", movie->movie_sha256);
        }
        if (!movie->detail.empty()) text += line("Detail", movie->detail);
        if (!movie->hold.empty()) text += line("Held", movie->hold);
    }
    return text + recording_list_text(story.recordings);
}

std::string report_text(const std::optional<hub::ReportRecord>& report) {
    if (!report) return "\nThere is no report yet.\n";
    return "\nReport\n" + line("Outcome", std::string(name(report->outcome))) + line("Category", report->category) +
           paragraph("Problem", report->problem) + paragraph("Solution", report->solution) +
           line("Saved", local_time(report->saved));
}

}  // namespace

std::string session_list_text(const records::SessionPage& page) {
    if (page.sessions.empty()) return "There are no such sessions.\n";
    using Align = Table::Align;
    Table table({{"SESSION"},
                 {"STATE"},
                 {"OPERATOR"},
                 {"GUEST"},
                 {"REQUESTED"},
                 {"DURATION", Align::right},
                 {"TO VIEWER", Align::right},
                 {"RECORDED"}});
    for (const auto& session : page.sessions)
        table.add({session.id, state_text(session), session.operator_name, session.guest_name,
                   local_time(session.requested), length_text(session), human_bytes(session.bytes_to_viewer),
                   session.recorded ? "yes" : "no"});
    const auto more = page.next.empty() ? "" : fmt::format("There are more: --cursor {}\n", page.next);
    return table.text() + more;
}

std::string session_story_text(const records::SessionStory& story) {
    const auto& session = story.session;
    const auto& guest = story.assistance;
    const auto recordings = story.recordings.empty() ? std::string() : movie_text(story);
    return line("Session", session.id) + line("Assistance", session.assistance) + line("Ticket", story.ticket) +
           line("State", state_text(session)) + line("End", session.detail) +
           line("Mode", std::string(name(session.mode))) +
           line("Operator", from(session.operator_name, session.operator_address)) +
           line("Guest", joined({from(session.guest_name, session.guest_address), guest.user, guest.system})) +
           line("Requested", local_time(session.requested)) + line("Granted", local_time(session.granted)) +
           line("First picture", local_time(session.streaming)) + line("Ended", local_time(session.ended)) +
           line("Duration", length_text(session)) +
           line("Bytes", fmt::format("{} to the viewer, {} to the host", human_bytes(session.bytes_to_viewer),
                                     human_bytes(session.bytes_to_host))) +
           line("Recorded", session.recorded ? "yes" : "no") + participants_text(story.participants) + recordings +
           report_text(story.report);
}

std::string movie_state_text(const hub::MovieRecord& movie) {
    return std::string(hub::name(movie.state)) + (movie.hold.empty() ? "" : ", held");
}

std::string movie_list_text(const std::vector<hub::MovieRecord>& movies) {
    if (movies.empty()) return "There are no movies yet.\n";
    using Align = Table::Align;
    Table table({{"SESSION"}, {"STATE"}, {"ENDED"}, {"DURATION", Align::right}, {"SIZE", Align::right}, {"DETAIL"}});
    for (const auto& row : movies) {
        const bool known = !row.file.empty();
        const auto why = row.hold.empty() ? std::string() : "held: " + row.hold;
        table.add({row.session, movie_state_text(row), local_time(row.ended),
                   known ? duration_text(row.duration_ms) : "-", known ? human_bytes(row.bytes) : "-",
                   joined({row.detail, why})});
    }
    return table.text();
}

std::string recording_list_text(const std::vector<hub::RecordingRecord>& recordings) {
    if (recordings.empty()) return "There are no recordings yet.\n";
    using Align = Table::Align;
    Table table({{"FILE"}, {"STATE"}, {"STARTED"}, {"DURATION", Align::right}, {"SIZE", Align::right}, {"DETAIL"}});
    for (const auto& row : recordings)
        table.add({row.file, std::string(hub::name(row.state)), local_time(row.started), duration_text(row.duration_ms),
                   human_bytes(row.bytes), row.detail});
    return table.text();
}

}  // namespace pronto::admin
