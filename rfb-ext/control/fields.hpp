#pragma once

#include <concepts>
#include <limits>
#include <type_traits>

#include "rfb-ext/control/messages.hpp"

/// The fields of every message, once: the writer and the reader of codec.cpp both walk these lists.
///
/// A visitor has: number(name, value, least, most), maybe_number (one that may be left out), flag, time, named (an enum by its name), maybe_named (an optional one), text (one line, cut to its
/// limit), maybe (the same, left out when empty), lines (several lines, an error when over the limit), word (an
/// alphabet and a limit; an error when it does not fit), maybe_word, maybe_words (several, left out when there are none), object, objects.
namespace pronto::control {

/// Numbers stay exact in every JSON reader, browsers included (2^53 - 1).
inline constexpr std::int64_t largest_number = 9'007'199'254'740'991;

/// Viewer legs of a session are numbered from 1, each number once.
inline constexpr int most_legs = 1'000'000;

enum class Alphabet { id, token, ticket, stream };

namespace limit {
inline constexpr std::size_t name = 128;       ///< of a person, a guest, a user
inline constexpr std::size_t host_name = 255;  ///< RFC 1035 section 2.3.4
inline constexpr std::size_t label = 128;      ///< software, operating system
inline constexpr std::size_t address = 64;
inline constexpr std::size_t id = 64;
inline constexpr std::size_t token = 128;
inline constexpr std::size_t ticket = 64;  ///< as typed, with spaces
inline constexpr std::size_t message = 500;
inline constexpr std::size_t password = 128;
inline constexpr std::size_t report = 4'000;
inline constexpr std::size_t category = 100;
}  // namespace limit

template <class T, class M>
concept Is = std::same_as<std::remove_const_t<T>, M>;

template <class T, class... M>
concept IsEmpty = (Is<T, M> || ...);

void fields(auto&, IsEmpty<Ping, Pong, TicketNew, HubStopping> auto&) {}

void fields(auto& f, Is<Policy> auto& m) {
    f.flag("recording", m.recording);
    f.number("retention_days", m.retention_days, 0, 36'500);
    f.number("consent_timeout_ms", m.consent_timeout_ms, 1, 3'600'000);
    f.number("ticket_minutes", m.ticket_minutes, 0, 525'600);
    f.flag("clipboard", m.clipboard);
    f.flag("operator_may_pause", m.operator_may_pause);
    f.flag("guest_may_pause", m.guest_may_pause);
    f.number("viewer_port", m.viewer_port, 0, 65'535);
    f.number("repeater_port", m.repeater_port, 0, 65'535);
    f.number("server_port", m.server_port, 0, 65'535);
}

void fields(auto& f, Is<Hello> auto& m) {
    f.number("protocol", m.protocol, 1, std::numeric_limits<int>::max());
    f.named("role", m.role);
    f.text("software", m.software, limit::label);
    f.text("host_name", m.host_name, limit::host_name);
    f.text("user", m.user, limit::name);
    f.text("system", m.system, limit::label);
    f.maybe("ticket", m.ticket, limit::ticket);
    f.maybe_word("key", m.key, Alphabet::id, limit::token);
    f.maybe_word("resume", m.resume, Alphabet::token, limit::token);
    f.maybe_word("proof", m.proof, Alphabet::id, limit::token);
    f.maybe_words("sessions", m.sessions, Alphabet::id, limit::id, most_resumed);
}

void fields(auto& f, Is<Welcome> auto& m) {
    f.number("peer", m.peer, 0, largest_number);
    f.text("name", m.name, limit::name);
    f.number("node", m.node, 1, std::numeric_limits<int>::max());
    f.text("software", m.software, limit::label);
    f.object("policy", m.policy);
    f.number("ping_every_ms", m.ping_every_ms, 1, 3'600'000);
    f.maybe_word("resume", m.resume, Alphabet::token, limit::token);
    f.maybe_number("grace_ms", m.grace_ms, 0, 86'400'000);
}

void fields(auto& f, Is<TicketCreated> auto& m) {
    f.word("ticket", m.ticket, Alphabet::ticket, limit::ticket);
    f.number("number", m.number, 0, largest_number);
    f.time("expires", m.expires);
}

void fields(auto& f, Is<PassNew> auto& m) {
    f.number("target", m.target, 0, largest_number);
    f.named("mode", m.mode);
    f.maybe("password", m.password, limit::password);
}

void fields(auto& f, Is<PassCreated> auto& m) {
    f.word("pass", m.pass, Alphabet::token, limit::id);
    f.word("number", m.number, Alphabet::id, limit::id);
    f.text("target", m.target, limit::name);
    f.time("expires", m.expires);
}

void fields(auto& f, Is<Presence> auto& m) {
    f.number("peer", m.peer, 0, largest_number);
    f.named("role", m.role);
    f.text("name", m.name, limit::name);
    f.maybe("host_name", m.host_name, limit::host_name);
    f.maybe("user", m.user, limit::name);
    f.maybe("system", m.system, limit::label);
    f.maybe("address", m.address, limit::address);
    f.maybe("software", m.software, limit::label);
    f.maybe_word("ticket", m.ticket, Alphabet::ticket, limit::ticket);
    f.maybe_word("assistance", m.assistance, Alphabet::id, limit::id);
    f.maybe("ticket_owner", m.ticket_owner, limit::name);
    f.maybe_word("session", m.session, Alphabet::id, limit::id);
    f.time("since", m.since);
    f.named("kind", m.kind);
    f.flag("wants_password", m.wants_password);
}

void fields(auto& f, Is<PresenceList> auto& m) {
    f.objects("entries", m.entries);
}

void fields(auto& f, Is<PresenceChanged> auto& m) {
    f.object("entry", m.entry);
    f.flag("arrived", m.arrived);
}

void fields(auto& f, Is<PresenceLeft> auto& m) {
    f.number("peer", m.peer, 0, largest_number);
    f.text("name", m.name, limit::name);
}

void fields(auto& f, Is<SessionRequest> auto& m) {
    f.number("target", m.target, 0, largest_number);
    f.named("mode", m.mode);
    f.maybe("password", m.password, limit::password);
}

void fields(auto& f, Is<SessionJoin> auto& m) {
    f.word("session", m.session, Alphabet::id, limit::id);
    f.named("mode", m.mode);
}

void fields(auto& f, Is<SessionViewer> auto& m) {
    f.number("leg", m.leg, 1, most_legs);
    f.text("operator", m.operator_name, limit::name);
    f.named("mode", m.mode);
}

void fields(auto& f, Is<SessionStatus> auto& m) {
    f.word("session", m.session, Alphabet::id, limit::id);
    f.word("assistance", m.assistance, Alphabet::id, limit::id);
    f.named("state", m.state);
    f.named("mode", m.mode);
    f.text("operator", m.operator_name, limit::name);
    f.text("guest", m.guest_name, limit::name);
    f.flag("recorded", m.recorded);
    f.named("paused_by", m.paused_by);
    f.named("away", m.away);
    f.number("resume_within_ms", m.resume_within_ms, 0, 86'400'000);
    f.number("leg", m.leg, 1, most_legs);
    f.objects("viewers", m.viewers);
    f.objects("asking", m.asking);
}

void fields(auto& f, Is<RecordingPause> auto& m) {
    f.word("session", m.session, Alphabet::id, limit::id);
    f.flag("paused", m.paused);
}

void fields(auto& f, Is<SessionAsk> auto& m) {
    f.word("session", m.session, Alphabet::id, limit::id);
    f.text("operator", m.operator_name, limit::name);
    f.named("mode", m.mode);
    f.flag("recorded", m.recorded);
    f.number("retention_days", m.retention_days, 0, 36'500);
    f.number("timeout_ms", m.timeout_ms, 1, 3'600'000);
    f.number("leg", m.leg, 1, most_legs);
    f.maybe("password", m.password, limit::password);
}

void fields(auto& f, Is<SessionAnswer> auto& m) {
    f.word("session", m.session, Alphabet::id, limit::id);
    f.flag("granted", m.granted);
    f.maybe_number("leg", m.leg, 1, most_legs);
    f.maybe_named("code", m.problem);
    f.maybe("message", m.message, limit::message);
}

void fields(auto& f, Is<SessionStream> auto& m) {
    f.word("session", m.session, Alphabet::id, limit::id);
    f.word("stream", m.stream, Alphabet::stream, limit::id);
    f.word("token", m.token, Alphabet::token, limit::token);
}

void fields(auto& f, Is<SessionEnd> auto& m) {
    f.word("session", m.session, Alphabet::id, limit::id);
    f.maybe("message", m.message, limit::message);
}

void fields(auto& f, Is<SessionEnded> auto& m) {
    f.word("session", m.session, Alphabet::id, limit::id);
    f.word("assistance", m.assistance, Alphabet::id, limit::id);
    f.named("reason", m.reason);
    f.text("message", m.message, limit::message);
    f.number("duration_ms", m.duration_ms, 0, largest_number);
    f.number("bytes_to_viewer", m.bytes_to_viewer, 0, largest_number);
    f.number("bytes_to_host", m.bytes_to_host, 0, largest_number);
    f.flag("recorded", m.recorded);
    f.maybe_named("code", m.problem);
}

void fields(auto& f, Is<ReportSave> auto& m) {
    f.word("assistance", m.assistance, Alphabet::id, limit::id);
    f.lines("problem", m.problem, limit::report);
    f.lines("solution", m.solution, limit::report);
    f.lines("category", m.category, limit::category);
    f.named("outcome", m.outcome);
}

void fields(auto& f, Is<ReportSaved> auto& m) {
    f.word("assistance", m.assistance, Alphabet::id, limit::id);
}

void fields(auto& f, Is<Clipboard> auto& m) {
    f.word("session", m.session, Alphabet::id, limit::id);
    f.lines("text", m.text, longest_clipboard_bytes);
}

void fields(auto& f, Is<Refused> auto& m) {
    f.named("code", m.error.code);
    f.text("message", m.error.message, limit::message);
    f.maybe("remedy", m.error.remedy, limit::message);
}

}  // namespace pronto::control
