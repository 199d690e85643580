#include "repeater/hub/sessions.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "rfb-ext/base/random.hpp"

namespace pronto::hub {

using control::Code;
using control::EndReason;
using control::Error;
using control::SessionState;

namespace {

std::string stream_name(int generation) {
    return fmt::format("screen.1.{}", generation);
}

constexpr int first_leg = 1;

}  // namespace

Error Sessions::no_such_session() {
    return {Code::not_found, "There is no such session, or it is over.", "Ask for a new one if you still need it."};
}

Error Sessions::password_wanted(const std::string& guest) {
    return {Code::password_wanted, fmt::format("The VNC server of {} has a password of its own.", guest),
            "Ask for the session with that password."};
}

Sessions::Sessions(const Settings& settings, const Clock& clock, Outside& outside, Records& records, WaitingRoom& room,
                   Assistances& assistances)
    : settings_(settings),
      clock_(clock),
      outside_(outside),
      records_(records),
      room_(room),
      assistances_(assistances),
      tokens_(settings.stream_token_life, clock) {}

Sessions::Session* Sessions::find(const std::string& id) {
    const auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : &found->second;
}

Sessions::Session* Sessions::find_own(PeerId peer, const std::string& id) {
    Session* session = find(id);
    const auto found = of_peer_.find(peer);
    return session && found != of_peer_.end() && found->second.contains(id) ? session : nullptr;
}

Sessions::Refusal Sessions::request(const Peer& from, const control::SessionRequest& request, Number number) {
    const Peer* guest = room_.find(request.target);
    if (!guest || guest->closing)
        return Error{Code::offline, "This computer is not online any more.",
                     "Wait until it is in the list again, or ask the guest to connect with a new ticket."};
    if (guest->is_operator())
        return Error{Code::conflict, "This is an operator, not a guest.", "Choose a guest in the list."};
    if (Session* own = waiting_for(from, *guest)) {
        if (own->record.mode == request.mode) {
            take_back(*own, &Session::operator_peer, from.id(), {from.id(), number});
            return std::nullopt;
        }
        finish(*own, SessionEvent::operator_ends);
    }
    if (has(guest->id()))
        return Error{Code::busy, fmt::format("{} is in a session already, or is being asked.", guest->presence.name),
                     "Try again when that session is over."};
    if (guest->presence.wants_password && request.password.empty()) return password_wanted(guest->presence.name);
    Session& session = open(from, *guest, request.mode);
    send(from.id(), status(session), {from.id(), number});
    ask(session, guest->presence.kind == control::Kind::vnc ? request.password : std::string());
    return std::nullopt;
}

Sessions::Session& Sessions::open(const Peer& asking, const Peer& guest, control::Mode mode) {
    SessionRecord row;
    row.id = random_id(settings_.node);
    row.assistance = guest.presence.assistance;
    row.mode = mode;
    row.operator_id = asking.account.id;
    row.operator_name = asking.account.name;
    row.operator_address = asking.presence.address;
    row.guest_name = guest.presence.name;
    row.guest_address = guest.presence.address;
    row.requested = clock_.unix_now();
    row.recorded = settings_.policy.recording;
    row.may_wait = asking.presence.role == control::Role::operator_ && guest.presence.kind == control::Kind::pronto;
    of_peer_[asking.id()].insert(row.id);
    of_peer_[guest.id()].insert(row.id);
    Session& session = sessions_[row.id];
    session.record = row;
    session.opened = clock_.now();
    session.operator_peer = asking.id();
    session.guest_peer = guest.id();
    save(session);
    audit(row.operator_name, "session.request", row, fmt::format("{}, {}", row.guest_name, control::name(row.mode)));
    return session;
}

void Sessions::ask(Session& session, const std::string& password) {
    session.machine.apply(SessionEvent::ask);
    const auto& row = session.record;
    const auto& policy = settings_.policy;
    deadlines_.set({row.id, first_leg}, clock_.now() + Millis(policy.consent_timeout_ms));
    save(session);
    send(session.guest_peer, control::SessionAsk{row.id, row.operator_name, row.mode, row.recorded,
                                                 policy.retention_days, policy.consent_timeout_ms, first_leg, password});
    tell_state(session);
}

Sessions::Refusal Sessions::answer(const Peer& from, const control::SessionAnswer& answer, Number number) {
    Session* session = find_own(from.id(), answer.session);
    if (!session) return no_such_session();
    if (answer.leg != first_leg) return answer_joining(*session, answer, {from.id(), number});
    if (session->machine.state() != SessionState::asked)
        return Error{Code::conflict, "This question has been answered already.",
                     "End the session if you do not want it any more."};
    if (answer.granted) {
        grant(*session, {from.id(), number});
        return std::nullopt;
    }
    if (answer.problem == Code::password_wanted) room_.show_wants_password(from.id());
    finish(*session, SessionEvent::refuse, answer.message, {from.id(), number}, answer.problem);
    return std::nullopt;
}

void Sessions::grant(Session& session, Asked asked) {
    session.machine.apply(SessionEvent::grant);
    session.record.granted = time_in(session);
    note_let_in(session, session.record.operator_id, session.record.mode);
    assistances_.worked_on(session.record.assistance, session.record.operator_id);
    deadlines_.set({session.record.id, first_leg}, clock_.now() + legs_timeout);
    save(session);
    audit(session.record.guest_name, "session.grant", session.record);
    tell_state(session, asked);
    offer_streams(session);
}

void Sessions::offer_streams(Session& session) {
    const auto& id = session.record.id;
    const auto stream = stream_name(++session.record.generation);
    session.stream_redeemed = false;
    session.stream_recorded = session.records();
    if (session.record.generation > 1) save(session);  // a hub that starts anew gives out no name twice
    tokens_.forget(id, first_leg);
    send(session.guest_peer, control::SessionStream{id, stream, tokens_.issue({id, stream, Side::host, first_leg})});
    send(session.operator_peer, control::SessionStream{id, stream, tokens_.issue({id, stream, Side::viewer, first_leg})});
}

Sessions::Refusal Sessions::end(const Peer& from, const control::SessionEnd& end, Number number) {
    Session* session = find_own(from.id(), end.session);
    if (!session) return no_such_session();
    for (const auto& [leg, joined] : session->joined)
        if (joined.peer == from.id()) {
            part(*session, leg, SessionEvent::operator_ends, {}, {from.id(), number});
            return std::nullopt;
        }
    if (!from.is_operator() && !end.message.empty()) {  // not the guest's wish: its agent cannot go on
        const auto words = fmt::format("{} could not go on: {}", session->record.guest_name, end.message);
        finish(*session, SessionEvent::drop, words, {from.id(), number});
        return std::nullopt;
    }
    const auto event = from.is_operator() ? SessionEvent::operator_ends : SessionEvent::guest_ends;
    finish(*session, event, {}, {from.id(), number});
    return std::nullopt;
}

Sessions::Refusal Sessions::clipboard(const Peer& from, const control::Clipboard& clipboard) {
    const Session* session = find_own(from.id(), clipboard.session);
    if (!session) return no_such_session();
    if (!settings_.policy.clipboard)
        return Error{Code::forbidden, "This hub does not pass the clipboard on.", "Ask its administrator."};
    if (session->machine.state() != SessionState::streaming)
        return Error{Code::conflict, "The session is not running.", "Try again when the screen is shown."};
    return pass_clipboard(*session, from, clipboard);
}

void Sessions::settle(PeerId guest) {
    const auto found = of_peer_.find(guest);
    if (found == of_peer_.end()) return;
    Session& session = sessions_.at(*found->second.begin());
    if (!session.lost.empty() && !can_pause(session)) finish(session, SessionEvent::drop, std::string(session.lost));
}

void Sessions::peer_left(PeerId peer, bool chosen) {
    const auto found = of_peer_.find(peer);
    if (found == of_peer_.end()) return;
    const auto ids = found->second;
    for (const auto& id : ids) {
        const auto still = sessions_.find(id);
        if (still == sessions_.end()) continue;
        Session& session = still->second;
        const auto& row = session.record;
        const auto joined = std::find_if(session.joined.begin(), session.joined.end(),
                                         [&](const auto& one) { return one.second.peer == peer; });
        if (joined != session.joined.end()) {
            part(session, joined->first, SessionEvent::drop,
                 fmt::format("{} left, or lost the connection to the hub.", joined->second.operator_name));
            continue;
        }
        if (!chosen && can_wait_for(session, peer)) {
            lose(session, peer);
            continue;
        }
        const auto& name = peer == session.operator_peer ? row.operator_name : row.guest_name;
        finish(session, SessionEvent::drop, fmt::format("{} left, or lost the connection to the hub.", name));
    }
}

std::variant<StreamGrant, Error> Sessions::redeem(const std::string& id, const std::string& stream,
                                                  const std::string& token) {
    const auto opens = tokens_.redeem(token);
    Session* session = find(id);
    if (!opens || !session || opens->session != id || opens->stream != stream)
        return Error{Code::unauthorized, "This token does not open this stream.",
                     "A token opens one stream once and within a minute. Ask for a new session."};
    const auto& row = session->record;
    const int leg = opens->leg;
    const auto mode = leg == first_leg ? row.mode : session->joined.at(leg).mode;
    StreamGrant grant;
    grant.session = id;
    grant.stream = stream;
    grant.leg = leg;
    grant.side = opens->side;
    grant.mode = mode;
    grant.clipboard = settings_.policy.clipboard && mode == control::Mode::control;
    grant.desktop_name = row.guest_name;
    if (leg != first_leg) return grant;
    if (!std::exchange(session->stream_redeemed, true)) session->stream_recorded = session->records();
    grant.recorded = session->stream_recorded;
    grant.first_part = session->parts + 1;
    return grant;
}

void Sessions::streaming(const std::string& id, int leg) {
    Session* session = find(id);
    if (session && leg != first_leg) return joined_streaming(*session, leg);
    if (session && session->reopening) return;  // it is being closed
    if (!session || !session->machine.apply(SessionEvent::join)) {
        outside_.close_stream(id, leg, "The session is over.");
        return;
    }
    session->legs_open = true;
    if (!next_count_) next_count_ = clock_.now() + counting;
    deadlines_.clear({id, first_leg});
    deadlines_.clear({id, 0});
    auto& row = session->record;
    const bool first = !row.streaming;
    if (first) row.streaming = time_in(*session);
    save(*session);
    if (first) save_participants(row);
    if (first) audit(row.operator_name, "session.start", row, row.guest_name);
    reopen_if_unrecorded(*session);
    tell_state(*session);
    room_.show_session(session->guest_peer, id);
}

void Sessions::stream_closed(const std::string& id, int leg, const StreamEnd& end) {
    Session* session = find(id);
    if (!session) return;
    if (leg != first_leg) return joined_stream_closed(*session, leg, end);
    session->legs_open = false;
    session->stream_redeemed = false;
    session->earlier.to_viewer += end.traffic.to_viewer;
    session->earlier.to_host += end.traffic.to_host;
    session->parts += end.parts;
    const bool reopening = std::exchange(session->reopening, false);
    using Cause = StreamEnd::Cause;
    if (end.cause == Cause::violation)
        return finish(*session, SessionEvent::drop, fmt::format("The hub cut the connection: {}", end.detail));
    if (end.cause == Cause::recording_failed)
        return finish(*session, SessionEvent::drop, fmt::format("The recording failed: {}", end.detail));
    if (session->machine.state() == SessionState::paused) return paused_stream_closed(*session, reopening);
    if (reopening) return offer_streams(*session);
    if (is_goodbye(session->operator_peer, end)) return finish(*session, SessionEvent::operator_ends);
    const auto& row = session->record;
    const auto& lost = end.cause == Cause::viewer_closed ? row.operator_name : row.guest_name;
    session->lost = end.detail.empty() ? fmt::format("The connection of {} was lost.", lost)
                                       : fmt::format("The hub cut the connection: {}", end.detail);
    deadlines_.set({id, first_leg}, clock_.now() + last_words);
}

std::string Sessions::late_words(const Session& session) {
    const auto& row = session.record;
    if (session.abandoned) return fmt::format("{} is back, but its program was started anew.", row.guest_name);
    if (session.machine.state() != SessionState::paused || session.both_there()) return "The screen did not come through in time.";
    return fmt::format("The connection of {} was lost, and was not back in time.",
                       session.guest_peer == 0 ? row.guest_name : row.operator_name);
}

void Sessions::tick() {
    tokens_.tick();
    // One by one: when one cannot be finished, the others are still due.
    while (const auto due = deadlines_.take_one_due(clock_.now())) {
        Session& session = sessions_.at(due->first);
        if (due->second == 0)
            offer_again(session);
        else if (due->second != first_leg)
            joined_is_late(session, due->second);
        else if (!session.lost.empty() && can_pause(session))
            pause(session);
        else if (!session.lost.empty())
            finish(session, SessionEvent::drop, std::string(session.lost));
        else if (session.machine.state() == SessionState::asked)
            finish(session, SessionEvent::consent_timeout);
        else
            finish(session, SessionEvent::legs_timeout, late_words(session));
    }
    if (next_count_ && *next_count_ <= clock_.now()) save_counters();
}

std::optional<SteadyTime> Sessions::next_deadline() const {
    const auto session = deadlines_.first();
    const auto token = tokens_.next_deadline();
    std::optional<SteadyTime> first = next_count_;
    for (const auto& next : {session, token})
        if (next && (!first || *next < *first)) first = next;
    return first;
}

void Sessions::stop() {
    while (!sessions_.empty())
        if (Session& session = sessions_.begin()->second; can_pause(session))
            keep_open(session);
        else
            finish(session, SessionEvent::hub_stops);
}

}  // namespace pronto::hub
