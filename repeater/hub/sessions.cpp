#include "repeater/hub/sessions.hpp"

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

}  // namespace

Error Sessions::no_such_session() {
    return {Code::not_found, "There is no such session, or it is over.", "Ask for a new one if you still need it."};
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
    return session && (session->operator_peer == peer || session->guest_peer == peer) ? session : nullptr;
}

Sessions::Refusal Sessions::request(const Peer& from, const control::SessionRequest& request, Number number) {
    const Peer* guest = room_.find(request.target);
    if (!guest || guest->closing)
        return Error{Code::offline, "This computer is not online any more.",
                     "Wait until it is in the list again, or ask the guest to connect with a new ticket."};
    if (guest->is_operator())
        return Error{Code::conflict, "This is an operator, not a guest.", "Choose a guest in the list."};
    if (has(guest->id()))
        return Error{Code::busy, fmt::format("{} is in a session already, or is being asked.", guest->presence.name),
                     "Try again when that session is over."};
    Session& session = open(from, *guest, request.mode);
    send(from.id(), status(session), {from.id(), number});
    ask(session);
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

void Sessions::ask(Session& session) {
    session.machine.apply(SessionEvent::ask);
    const auto& row = session.record;
    const auto& policy = settings_.policy;
    deadlines_.set(row.id, clock_.now() + Millis(policy.consent_timeout_ms));
    save(session);
    send(session.guest_peer, control::SessionAsk{row.id, row.operator_name, row.mode, row.recorded,
                                                 policy.retention_days, policy.consent_timeout_ms});
    tell_both(session, status(session));
}

Sessions::Refusal Sessions::answer(const Peer& from, const control::SessionAnswer& answer, Number number) {
    Session* session = find_own(from.id(), answer.session);
    if (!session) return no_such_session();
    if (session->machine.state() != SessionState::asked)
        return Error{Code::conflict, "This question has been answered already.",
                     "End the session if you do not want it any more."};
    if (answer.granted)
        grant(*session, {from.id(), number});
    else
        finish(*session, SessionEvent::refuse, {}, {from.id(), number});
    return std::nullopt;
}

void Sessions::grant(Session& session, Asked asked) {
    session.machine.apply(SessionEvent::grant);
    session.record.granted = time_in(session);
    assistances_.worked_on(session.record.assistance, session.record.operator_id);
    deadlines_.set(session.record.id, clock_.now() + legs_timeout);
    save(session);
    audit(session.record.guest_name, "session.grant", session.record);
    tell_both(session, status(session), asked);
    offer_streams(session);
}

void Sessions::offer_streams(Session& session) {
    const auto& id = session.record.id;
    const auto stream = stream_name(++session.generation);
    session.stream_redeemed = false;
    session.stream_recorded = session.records();
    tokens_.forget(id);
    send(session.guest_peer, control::SessionStream{id, stream, tokens_.issue({id, stream, Side::host})});
    send(session.operator_peer, control::SessionStream{id, stream, tokens_.issue({id, stream, Side::viewer})});
}

Sessions::Refusal Sessions::end(const Peer& from, const control::SessionEnd& end, Number number) {
    Session* session = find_own(from.id(), end.session);
    if (!session) return no_such_session();
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
    if (session->record.mode != control::Mode::control)
        return Error{Code::forbidden, "This session is for viewing only.", "Ask for a session with control."};
    if (session->machine.state() != SessionState::streaming)
        return Error{Code::conflict, "The session is not running.", "Try again when the screen is shown."};
    send(from.is_operator() ? session->guest_peer : session->operator_peer, clipboard);
    return std::nullopt;
}

void Sessions::peer_left(PeerId peer) {
    const auto found = of_peer_.find(peer);
    if (found == of_peer_.end()) return;
    const auto ids = found->second;
    for (const auto& id : ids) {
        Session& session = sessions_.at(id);
        const auto& row = session.record;
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
    const bool clipboard = settings_.policy.clipboard && row.mode == control::Mode::control;
    if (!std::exchange(session->stream_redeemed, true)) session->stream_recorded = session->records();
    return StreamGrant{id, stream, opens->side, row.mode, session->stream_recorded, clipboard, row.guest_name, session->parts + 1};
}

void Sessions::streaming(const std::string& id) {
    Session* session = find(id);
    if (!session || !session->machine.apply(SessionEvent::join)) {
        outside_.close_streams(id);
        return;
    }
    session->legs_open = true;
    if (!next_count_) next_count_ = clock_.now() + counting;
    deadlines_.clear(id);
    auto& row = session->record;
    const bool first = !row.streaming;
    if (first) row.streaming = time_in(*session);
    save(*session);
    if (first) save_participants(row);
    if (first) audit(row.operator_name, "session.start", row, row.guest_name);
    reopen_if_unrecorded(*session);
    tell_both(*session, status(*session));
    room_.show_session(session->guest_peer, id);
}

void Sessions::stream_closed(const std::string& id, const StreamEnd& end) {
    Session* session = find(id);
    if (!session) return;
    session->legs_open = false;
    session->earlier.to_viewer += end.traffic.to_viewer;
    session->earlier.to_host += end.traffic.to_host;
    session->parts += end.parts;
    const bool reopening = std::exchange(session->reopening, false);
    using Cause = StreamEnd::Cause;
    if (end.cause == Cause::violation)
        return finish(*session, SessionEvent::drop, fmt::format("The hub cut the connection: {}", end.detail));
    if (end.cause == Cause::recording_failed)
        return finish(*session, SessionEvent::drop, fmt::format("The recording failed: {}", end.detail));
    if (reopening) return offer_streams(*session);
    if (settings_.grace > Millis{0} && session->machine.apply(SessionEvent::lose_leg)) return pause(*session);
    const auto& row = session->record;
    const auto& lost = end.cause == Cause::viewer_closed ? row.operator_name : row.guest_name;
    session->lost = fmt::format("The connection of {} was lost.", lost);
    deadlines_.set(id, clock_.now() + last_words);
}

void Sessions::pause(Session& session) {
    const auto& id = session.record.id;
    // A leg lost again while paused does not buy more time.
    if (!deadlines_.of(id)) deadlines_.set(id, clock_.now() + settings_.grace);
    save(session);
    outside_.close_streams(id);
    tell_both(session, status(session));
    offer_streams(session);
}

void Sessions::tick() {
    tokens_.tick();
    // One by one: when one cannot be finished, the others are still due.
    while (const auto id = deadlines_.take_one_due(clock_.now())) {
        Session& session = sessions_.at(*id);
        if (!session.lost.empty())
            finish(session, SessionEvent::drop, std::string(session.lost));
        else if (session.machine.state() == SessionState::asked)
            finish(session, SessionEvent::consent_timeout);
        else
            finish(session, SessionEvent::legs_timeout, "The screen did not come through in time.");
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
    while (!sessions_.empty()) finish(sessions_.begin()->second, SessionEvent::hub_stops);
}

void Sessions::check() const {
    const auto holds = [](bool condition, const char* what) {
        if (!condition) throw std::logic_error(what);
    };
    std::size_t links = 0;
    for (const auto& [peer, ids] : of_peer_) {
        const Peer* here = room_.find(peer);
        holds(here && !ids.empty(), "whoever takes part in a session is online");
        holds(here->is_operator() || ids.size() == 1, "a guest has one session at a time");
        links += ids.size();
    }
    holds(links == 2 * sessions_.size(), "every session has two peers");
    for (const auto& [id, session] : sessions_) {
        const auto state = session.machine.state();
        holds(!session.machine.ended(), "an ended session is forgotten");
        holds(of_peer_.at(session.operator_peer).contains(id) && of_peer_.at(session.guest_peer).contains(id),
              "both peers know their session");
        holds((state == SessionState::streaming && session.lost.empty()) != deadlines_.of(id).has_value(),
              "only a streaming session waits for nothing");
        holds(!session.legs_open || next_count_, "what passes is written down");
        holds(!session.record.assistance.empty(), "a session belongs to a case");
        holds(room_.find(session.guest_peer)->presence.session == (session.record.streaming ? id : ""),
              "the list shows the session from its first picture on");
        holds(session.record.granted.has_value() == (session.generation > 0), "streams are offered after consent only");
    }
}

}  // namespace pronto::hub
