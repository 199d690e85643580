#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "repeater/hub/sessions.hpp"

// How a session is told, written down and closed. Its course is in sessions.cpp.
namespace pronto::hub {

using control::EndReason;

namespace {

std::string usual_words(const SessionRecord& row) {
    switch (*row.reason) {
        case EndReason::operator_:
            return fmt::format("{} ended the session.", row.operator_name);
        case EndReason::guest:
            return fmt::format("{} ended the session.", row.guest_name);
        case EndReason::drop:
            return "The connection was lost.";
        case EndReason::refused:
            return fmt::format("{} did not agree.", row.guest_name);
        case EndReason::timed_out:
            return fmt::format("{} did not answer in time.", row.guest_name);
        case EndReason::hub_stopped:
            return "The hub was stopped.";
        case EndReason::interrupted:
            return "The hub was interrupted.";
    }
    return {};
}

const char* audit_action(EndReason reason) {
    if (reason == EndReason::refused) return "session.refuse";
    return reason == EndReason::timed_out ? "session.timeout" : "session.end";
}

std::string ended_by(const SessionRecord& row) {
    if (row.reason == EndReason::operator_) return row.operator_name;
    return row.reason == EndReason::guest || row.reason == EndReason::refused ? row.guest_name : "hub";
}

}  // namespace

void Sessions::finish(Session& session, SessionEvent event, const std::string& words, Asked asked,
                      std::optional<control::Code> problem) {
    if (!session.machine.apply(event))
        throw std::logic_error("a session was ended in a way that its state does not have");
    close_books(session, words);
    part_all(session);
    const auto& row = session.record;
    const std::int64_t duration = row.streaming ? *row.ended - *row.streaming : 0;
    tell_both(session,
              control::SessionEnded{row.id, row.assistance, *row.reason, row.detail, duration, row.bytes_to_viewer,
                                    row.bytes_to_host, row.recorded, problem},
              asked);
    if (row.generation > 0) outside_.close_streams(row.id, row.detail);
    room_.show_session(session.guest_peer, {});
    forget(session);
}

void Sessions::close_books(Session& session, const std::string& words) {
    auto& row = session.record;
    row.reason = session.machine.reason();
    row.detail = words.empty() ? usual_words(row) : words;
    row.ended = time_in(session);
    count_bytes(session);
    save(session);
    if (row.streaming) save_participants(row);
    audit(ended_by(row), audit_action(*row.reason), row, fmt::format("{}: {}", control::name(*row.reason), row.detail));
}

void Sessions::forget(const Session& session) {
    const std::string id = session.record.id;
    for (const PeerId peer : {session.operator_peer, session.guest_peer})
        if (peer != 0) unlink(peer, id);
    tokens_.forget(id);
    deadlines_.clear({id, 1});
    deadlines_.clear({id, 0});
    sessions_.erase(id);
    if (sessions_.empty()) next_count_.reset();
}

void Sessions::unlink(PeerId peer, const std::string& session) {
    const auto found = of_peer_.find(peer);
    if (found == of_peer_.end()) return;
    found->second.erase(session);
    if (found->second.empty()) of_peer_.erase(found);
}

UnixMillis Sessions::time_in(const Session& session) const {
    return session.record.requested + std::chrono::duration_cast<Millis>(clock_.now() - session.opened).count();
}

void Sessions::save(Session& session) {
    const bool paused = session.machine.state() == control::SessionState::paused;
    // Of one that waits: since when.
    if (!paused || session.record.state != control::SessionState::paused) session.record.seen = time_in(session);
    session.record.state = session.machine.state();
    records_.save(session.record);
}

bool Sessions::count_bytes(Session& session) {
    auto& row = session.record;
    const Traffic now = session.any_stream() ? outside_.traffic(row.id) : Traffic{};
    const Traffic all{session.earlier.to_viewer + now.to_viewer, session.earlier.to_host + now.to_host};
    if (row.bytes_to_viewer == all.to_viewer && row.bytes_to_host == all.to_host) return false;
    row.bytes_to_viewer = all.to_viewer;
    row.bytes_to_host = all.to_host;
    return true;
}

void Sessions::save_counters() {
    next_count_.reset();
    for (auto& [id, session] : sessions_) {
        if (!session.any_stream()) continue;
        next_count_ = clock_.now() + counting;
        const bool stale = time_in(session) - session.record.seen >= 2 * counting.count();
        if (count_bytes(session) || stale) save(session);
    }
}

void Sessions::save_participants(const SessionRecord& row) {
    records_.save(ParticipantRecord{row.id, "host", control::Role::guest, row.guest_name, row.guest_address,
                                    *row.streaming, row.ended});
    records_.save(ParticipantRecord{row.id, "screen.1", control::Role::operator_, row.operator_name,
                                    row.operator_address, *row.streaming, row.ended});
}

void Sessions::audit(const std::string& actor, const char* action, const SessionRecord& row,
                     const std::string& detail) {
    records_.save(AuditRecord{clock_.unix_now(), actor, action, row.id, detail});
}

void Sessions::send(PeerId peer, control::Message message, Asked asked) {
    const Peer* here = room_.find(peer);
    if (!here || here->closing) return;
    outside_.send(peer, {std::move(message), std::nullopt, asked.by == peer ? asked.number : std::nullopt});
}

void Sessions::tell_both(const Session& session, const control::Message& message, Asked asked) {
    send(session.operator_peer, message, asked);
    send(session.guest_peer, message, asked);
}

void Sessions::tell_state(const Session& session, Asked asked) {
    tell_both(session, status(session), asked);
    for (const auto& [leg, joined] : session.joined) send(joined.peer, status(session, leg), asked);
}

control::SessionStatus Sessions::status(const Session& session, int leg) const {
    const auto& row = session.record;
    const auto joined = session.joined.find(leg);
    control::SessionStatus status;
    status.session = row.id;
    status.assistance = row.assistance;
    status.state = joined == session.joined.end() ? session.machine.state() : joined->second.machine.state();
    status.mode = joined == session.joined.end() ? row.mode : joined->second.mode;
    status.operator_name = row.operator_name;
    status.guest_name = row.guest_name;
    status.recorded = row.recorded;
    status.paused_by = row.guest_pauses      ? control::Party::guest
                       : row.operator_pauses ? control::Party::operator_
                                                 : control::Party::nobody;
    if (status.state == control::SessionState::paused) {
        if (!session.both_there()) status.away = session.guest_peer == 0 ? control::Party::guest : control::Party::operator_;
        const auto end = deadlines_.of({row.id, 1});
        if (end) status.resume_within_ms = std::max<std::int64_t>(0, std::chrono::duration_cast<Millis>(*end - clock_.now()).count());
    }
    status.leg = leg;
    if (row.granted) status.viewers.push_back({1, row.operator_name, row.mode});
    for (const auto& [number, one] : session.joined)
        (one.granted ? status.viewers : status.asking).push_back({number, one.operator_name, one.mode});
    return status;
}

}  // namespace pronto::hub
