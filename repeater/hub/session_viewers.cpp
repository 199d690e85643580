#include <algorithm>

#include <fmt/format.h>

#include "repeater/hub/sessions.hpp"

// Viewers that join a session which somebody else asked for, each with a leg of its own. The session's course is in
// sessions.cpp.
namespace pronto::hub {

using control::Code;
using control::EndReason;
using control::Error;
using control::Mode;
using control::SessionState;

bool Sessions::Session::any_stream() const {
    return legs_open || std::any_of(joined.begin(), joined.end(), [](const auto& one) { return one.second.stream_open; });
}

Sessions::Refusal Sessions::refusal_of(const Session& session, const Peer& from, const control::SessionJoin& join) const {
    const Peer* guest = room_.find(session.guest_peer);
    if (guest && guest->presence.kind == control::Kind::vnc)
        return Error{Code::busy, fmt::format("{} is a VNC server that registered here: it gives its picture once.", session.record.guest_name),
                     "Try again when that session is over."};
    if (session.machine.state() != SessionState::streaming || !session.lost.empty())
        return Error{Code::conflict, "The screen is not shown yet.", "Try again in a moment."};
    const auto own = of_peer_.find(from.id());
    if (own != of_peer_.end() && own->second.contains(session.record.id))
        return Error{Code::conflict, "You are in this session already.", {}};
    if (join.mode == Mode::control && session.record.mode == Mode::view)
        return Error{Code::forbidden, "This session is for viewing only.", "Join it to view."};
    if (session.joined.size() + 1 >= most_viewers)
        return Error{Code::busy, fmt::format("There are {} viewers in this session already.", most_viewers), "Try again when one has left."};
    return std::nullopt;
}

/// Whoever was let in before, in no less a mode, need not be asked about again.
bool Sessions::is_let_in(const Session& session, const Peer& peer, Mode mode) {
    const auto found = session.let_in.find(peer.account.id);
    return found != session.let_in.end() && (found->second == Mode::control || mode == Mode::view);
}

void Sessions::note_let_in(Session& session, std::int64_t operator_id, Mode mode) {
    const auto [found, first] = session.let_in.emplace(operator_id, mode);
    if (!first && mode == Mode::control) found->second = mode;
}

Sessions::Refusal Sessions::join(const Peer& from, const control::SessionJoin& join, Number number) {
    Session* session = find(join.session);
    if (!session) return no_such_session();
    if (const auto refusal = refusal_of(*session, from, join)) return refusal;
    const bool let_in_before = is_let_in(*session, from, join.mode);
    const auto& row = session->record;
    const auto& policy = settings_.policy;
    const int leg = ++session->last_leg;
    auto& joined = session->joined[leg];
    joined.peer = from.id();
    joined.operator_id = from.account.id;
    joined.operator_name = from.account.name;
    joined.address = from.presence.address;
    joined.mode = join.mode;
    joined.machine.apply(SessionEvent::ask);
    of_peer_[from.id()].insert(row.id);
    deadlines_.set({row.id, leg}, clock_.now() + Millis(policy.consent_timeout_ms));
    audit(joined.operator_name, "session.join", row, fmt::format("{}, {}, leg {}", row.guest_name, control::name(joined.mode), leg));
    send(from.id(), status(*session, leg), {from.id(), number});
    if (let_in_before)
        let_in(*session, leg, {});
    else {
        send(session->guest_peer, control::SessionAsk{row.id, joined.operator_name, joined.mode, row.recorded, policy.retention_days,
                                                      policy.consent_timeout_ms, leg, {}});
        tell_both(*session, status(*session));
        for (const auto& [other, one] : session->joined)
            if (other != leg) send(one.peer, status(*session, other));
    }
    return std::nullopt;
}

Sessions::Refusal Sessions::answer_joining(Session& session, const control::SessionAnswer& answer, Asked asked) {
    const auto found = session.joined.find(answer.leg);
    if (found == session.joined.end()) return no_such_session();
    if (found->second.machine.state() != SessionState::asked)
        return Error{Code::conflict, "This question has been answered already.", "End the session if you do not want it any more."};
    if (!answer.granted) {
        send(asked.by, status(session), asked);
        part(session, answer.leg, SessionEvent::refuse, answer.message);
        return std::nullopt;
    }
    audit(session.record.guest_name, "session.grant", session.record, fmt::format("leg {}", answer.leg));
    let_in(session, answer.leg, asked);
    return std::nullopt;
}

void Sessions::let_in(Session& session, int leg, Asked asked) {
    const auto& id = session.record.id;
    auto& joined = session.joined.at(leg);
    joined.machine.apply(SessionEvent::grant);
    joined.granted = time_in(session);
    note_let_in(session, joined.operator_id, joined.mode);
    assistances_.worked_on(session.record.assistance, joined.operator_id);
    deadlines_.set({id, leg}, clock_.now() + legs_timeout);
    tell_state(session, asked);
    const auto stream = fmt::format("screen.{}.1", leg);
    send(session.guest_peer, control::SessionStream{id, stream, tokens_.issue({id, stream, Side::host, leg})});
    send(joined.peer, control::SessionStream{id, stream, tokens_.issue({id, stream, Side::viewer, leg})});
}

void Sessions::joined_streaming(Session& session, int leg) {
    const auto found = session.joined.find(leg);
    if (found == session.joined.end() || !found->second.machine.apply(SessionEvent::join))
        return outside_.close_stream(session.record.id, leg, "The session is over.");
    found->second.stream_open = true;
    found->second.streaming = time_in(session);
    deadlines_.clear({session.record.id, leg});
    if (!next_count_) next_count_ = clock_.now() + counting;
    save_joined(session, leg, std::nullopt);
    tell_state(session);
}

void Sessions::joined_stream_closed(Session& session, int leg, const StreamEnd& end) {
    session.earlier.to_viewer += end.traffic.to_viewer;
    session.earlier.to_host += end.traffic.to_host;
    const auto found = session.joined.find(leg);
    if (found == session.joined.end()) return;
    found->second.stream_open = false;
    using Cause = StreamEnd::Cause;
    if (end.cause == Cause::violation)
        return part(session, leg, SessionEvent::drop, fmt::format("The hub cut the connection: {}", end.detail));
    if (is_goodbye(found->second.peer, end)) return part(session, leg, SessionEvent::operator_ends);
    const auto& lost = end.cause == Cause::viewer_closed ? found->second.operator_name : session.record.guest_name;
    part(session, leg, SessionEvent::drop, fmt::format("The connection of {} was lost.", lost));
}

bool Sessions::is_goodbye(PeerId peer, const StreamEnd& end) const {
    const Peer* there = room_.find(peer);
    return end.cause == StreamEnd::Cause::viewer_closed && end.chosen && there && there->is_viewer();
}

void Sessions::joined_is_late(Session& session, int leg) {
    if (session.joined.at(leg).machine.state() == SessionState::asked)
        part(session, leg, SessionEvent::consent_timeout);
    else
        part(session, leg, SessionEvent::legs_timeout, "The screen did not come through in time.");
}

void Sessions::part(Session& session, int leg, SessionEvent event, const std::string& words, Asked asked) {
    auto& joined = session.joined.at(leg);
    joined.machine.apply(event);
    const auto reason = *joined.machine.reason();
    const auto& who = joined.operator_name;
    const auto& guest = session.record.guest_name;
    const auto said = !words.empty()                   ? words
                      : reason == EndReason::refused   ? fmt::format("{} did not agree.", guest)
                      : reason == EndReason::timed_out ? fmt::format("{} did not answer in time.", guest)
                                                       : fmt::format("{} left the session.", who);
    say_goodbye(session, leg, reason, said, asked);
    audit(reason == EndReason::operator_ ? who : reason == EndReason::refused ? guest : "hub", "session.part", session.record,
          fmt::format("leg {}, {}: {}: {}", leg, who, control::name(reason), said));
    session.joined.erase(leg);
    tell_state(session);
}

void Sessions::say_goodbye(const Session& session, int leg, EndReason reason, const std::string& words, Asked asked) {
    const auto& row = session.record;
    const auto& joined = session.joined.at(leg);
    const auto now = time_in(session);
    control::SessionEnded ended;
    ended.session = row.id;
    ended.assistance = row.assistance;
    ended.reason = reason;
    ended.message = words;
    ended.duration_ms = joined.streaming ? now - *joined.streaming : 0;
    ended.recorded = row.recorded;
    send(joined.peer, ended, asked);
    if (joined.granted) outside_.close_stream(row.id, leg, words);
    if (joined.streaming) save_joined(session, leg, now);
    tokens_.forget(row.id, leg);
    deadlines_.clear({row.id, leg});
    unlink(joined.peer, row.id);
}

void Sessions::part_all(Session& session) {
    const auto& row = session.record;
    for (const auto& [leg, joined] : session.joined) say_goodbye(session, leg, *row.reason, row.detail, {});
    session.joined.clear();
}

void Sessions::save_joined(const Session& session, int leg, std::optional<UnixMillis> left) {
    const auto& joined = session.joined.at(leg);
    records_.save(ParticipantRecord{session.record.id, fmt::format("screen.{}", leg), control::Role::operator_, joined.operator_name,
                                    joined.address, *joined.streaming, left});
}

Sessions::Refusal Sessions::pass_clipboard(const Session& session, const Peer& from, const control::Clipboard& clipboard) {
    const Error viewing{Code::forbidden, "This session is for viewing only.", "Ask for a session with control."};
    if (from.id() == session.guest_peer) {
        if (session.record.mode != Mode::control) return viewing;
        send(session.operator_peer, clipboard);
        for (const auto& [leg, joined] : session.joined)
            if (joined.mode == Mode::control && joined.machine.state() == SessionState::streaming) send(joined.peer, clipboard);
        return std::nullopt;
    }
    auto mode = session.record.mode;
    for (const auto& [leg, joined] : session.joined)
        if (joined.peer == from.id()) mode = joined.mode;
    if (mode != Mode::control) return viewing;
    send(session.guest_peer, clipboard);
    return std::nullopt;
}

}  // namespace pronto::hub
