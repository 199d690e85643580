#include <algorithm>

#include <fmt/format.h>

#include "repeater/hub/sessions.hpp"

// Sessions that wait for a connection that was lost, and go on. The session's course is in sessions.cpp.
namespace pronto::hub {

using control::EndReason;
using control::SessionState;

namespace {

/// A guest's, that came back without the session.
constexpr Millis last_words_of_returned{1'000};
/// After a stream that came and broke at once.
constexpr Millis pause_between_offers{1'000};

bool contains(const std::vector<std::string>& ids, const std::string& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

/// Only programs of ours can follow a new generation of the stream.
bool Sessions::can_pause(const Session& session) const {
    return settings_.grace > Millis{0} && session.record.may_wait && session.record.granted.has_value();
}

bool Sessions::can_wait_for(const Session& session, PeerId peer) const {
    const Peer* leaving = room_.find(peer);
    return can_pause(session) && leaving && leaving->may_return;
}

/// Whatever was open is closed; new streams are offered as soon as that is so and both sides are there.
void Sessions::pause(Session& session, Asked asked) {
    const auto& id = session.record.id;
    const bool anew = session.machine.state() != SessionState::paused;
    session.lost.clear();
    session.machine.apply(SessionEvent::lose_leg);
    part_looking_on(session);
    if (anew) {  // what is lost while it is paused does not buy more time
        deadlines_.set({id, 1}, clock_.now() + settings_.grace);
        count_bytes(session);
        audit("hub", "session.pause", session.record,
              session.both_there() ? "the stream was lost"
                                   : fmt::format("the connection of {} was lost",
                                                 session.guest_peer == 0 ? session.record.guest_name : session.record.operator_name));
    }
    save(session);
    tokens_.forget(id, 1);
    if (session.stream_redeemed && !std::exchange(session.reopening, true)) outside_.close_stream(id, 1, {});
    tell_state(session, asked);
    offer_if_both_there(session);
}

/// Nobody sees a screen whose session waits, nor goes on in it unrecorded.
void Sessions::part_looking_on(Session& session) {
    while (!session.joined.empty())
        part(session, session.joined.begin()->first, SessionEvent::drop,
             "The session waits for a connection that was lost. When it goes on, you can join again.");
}

void Sessions::lose(Session& session, PeerId peer) {
    const bool guest = peer == session.guest_peer;
    if (guest) part_looking_on(session);  // while it is there to be told
    (guest ? session.guest_peer : session.operator_peer) = 0;
    unlink(peer, session.record.id);
    pause(session);
}

/// His console may have been started anew, and knows nothing of it.
Sessions::Session* Sessions::waiting_for(const Peer& from, const Peer& guest) {
    const auto found = of_peer_.find(guest.id());
    Session* session = found == of_peer_.end() ? nullptr : find(*found->second.begin());
    const bool own = session && session->operator_peer == 0 && session->record.operator_id == from.account.id && from.may_return;
    return own ? session : nullptr;
}

void Sessions::take_back(Session& session, PeerId Session::*place, PeerId peer, Asked asked) {
    const auto& id = session.record.id;
    const PeerId before = std::exchange(session.*place, peer);
    if (before != 0) {  // a connection that nobody had given up yet
        unlink(before, id);
        control::SessionEnded elsewhere;
        elsewhere.session = id;
        elsewhere.assistance = session.record.assistance;
        elsewhere.message = "The session goes on in another connection of yours.";
        send(before, elsewhere);
    }
    of_peer_[peer].insert(id);
    audit("hub", "session.resume", session.record,
          fmt::format("{} is back", place == &Session::guest_peer ? session.record.guest_name : session.record.operator_name));
    pause(session, asked);
}

/// An operator may be at two computers at once: one does not take the other's place.
bool Sessions::is_same_console(PeerId before, const Peer& now) const {
    const Peer* there = room_.find(before);
    return !there || (there->id() != now.id() && there->presence.host_name == now.presence.host_name &&
                      there->presence.user == now.presence.user);
}

void Sessions::operator_back(const Peer& peer, const std::vector<std::string>& ids) {
    for (const auto& id : ids) {
        Session* session = find(id);
        if (session && session->record.operator_id == peer.account.id && can_pause(*session) && is_same_console(session->operator_peer, peer))
            take_back(*session, &Session::operator_peer, peer.id());
        else
            tell_over(peer, id);
    }
}

void Sessions::guest_back(const Peer& peer, const std::vector<std::string>& ids) {
    const auto found = std::find_if(sessions_.begin(), sessions_.end(), [&](const auto& one) {
        return one.second.record.assistance == peer.presence.assistance;
    });
    if (found != sessions_.end()) {
        Session& session = found->second;
        if (can_pause(session)) {
            session.abandoned = !contains(ids, found->first);
            take_back(session, &Session::guest_peer, peer.id());
            if (session.record.streaming) room_.show_session(peer.id(), session.record.id);
            // It has ended it meanwhile, and is about to say so; or its program was started anew, and knows nothing of it.
            if (session.abandoned) deadlines_.set({session.record.id, 1}, clock_.now() + last_words_of_returned);
        }
    }
    for (const auto& id : ids)
        if (!find(id)) tell_over(peer, id);
}

/// Nobody learns of a session that was not his.
void Sessions::tell_over(const Peer& peer, const std::string& id) {
    control::SessionEnded ended;
    ended.session = id;
    if (const Session* session = find(id)) {  // which he had joined
        if (!session->let_in.contains(peer.account.id) || session->operator_peer == peer.id()) return;
        ended.assistance = session->record.assistance;
        ended.message = "The connection was lost. You can join the session again.";
        return send(peer.id(), ended);
    }
    const auto row = records_.find_session(id);
    if (!row || row->state != SessionState::ended) return;
    if (peer.is_operator() ? row->operator_id != peer.account.id : row->assistance != peer.presence.assistance) return;
    ended.assistance = row->assistance;
    ended.reason = row->reason.value_or(EndReason::drop);
    ended.message = row->detail;
    ended.duration_ms = row->streaming && row->ended ? std::max<std::int64_t>(0, *row->ended - *row->streaming) : 0;
    ended.bytes_to_viewer = row->bytes_to_viewer;
    ended.bytes_to_host = row->bytes_to_host;
    ended.recorded = row->recorded;
    send(peer.id(), ended);
}

void Sessions::offer_if_both_there(Session& session) {
    if (session.machine.state() != SessionState::paused || session.reopening || !session.both_there() || session.abandoned) return;
    offer_streams(session);
    deadlines_.set({session.record.id, 0}, clock_.now() + offering);
}

/// The streams have not come: whatever became of the tokens, these are new ones.
void Sessions::offer_again(Session& session) {
    if (session.machine.state() != SessionState::paused) return;
    if (session.stream_redeemed && !std::exchange(session.reopening, true))
        outside_.close_stream(session.record.id, 1, {});  // stream_closed() goes on
    else
        offer_if_both_there(session);
}

void Sessions::paused_stream_closed(Session& session, bool reopening) {
    if (reopening) return offer_if_both_there(session);
    deadlines_.set({session.record.id, 0}, clock_.now() + pause_between_offers);
}

void Sessions::accounts_are(const Credentials& enabled) {
    std::vector<std::string> gone;
    for (const auto& [id, session] : sessions_)
        if (session.operator_peer == 0 && !enabled.contains(session.record.operator_id)) gone.push_back(id);
    for (const auto& id : gone) finish(sessions_.at(id), SessionEvent::drop, "The operator's account was disabled.");
}

/// The hub goes down: the session is in the records, for the one that comes up.
void Sessions::keep_open(Session& session) {
    const std::string id = session.record.id;
    count_bytes(session);
    session.machine.apply(SessionEvent::lose_leg);
    save(session);
    while (!session.joined.empty()) part(session, session.joined.begin()->first, SessionEvent::hub_stops);
    outside_.close_streams(id, "The hub was stopped.");
    room_.show_session(session.guest_peer, {});
    forget(session);
}

void Sessions::restore(const SessionRecord& row, int parts) {
    Session& session = sessions_[row.id];
    session.record = row;
    session.record.generation = std::max(1, row.generation);  // the first is not written before it streams
    session.machine = SessionMachine::left_open();
    const Millis since{std::max<std::int64_t>(0, clock_.unix_now() - row.requested)};
    session.opened = clock_.now() - since;
    session.parts = parts;
    session.earlier = {row.bytes_to_viewer, row.bytes_to_host};
    note_let_in(session, row.operator_id, row.mode);
    assistances_.worked_on(row.assistance, row.operator_id);
    const Millis left{row.seen + settings_.grace.count() - clock_.unix_now()};
    deadlines_.set({row.id, 1}, clock_.now() + std::clamp(left, least_grace, std::max(settings_.grace, least_grace)));
    session.record.state = SessionState::paused;  // since it was last seen
    save(session);
    audit("hub", "session.pause", row, "the hub was down");
}

}  // namespace pronto::hub
