#include <catch2/catch.hpp>

#include "tests/unit/repeater/hub/stage.hpp"

using namespace pronto;
using namespace pronto::hub;
using namespace pronto::control;
using Cause = StreamEnd::Cause;

namespace {

constexpr std::array states{SessionState::asked, SessionState::granted, SessionState::streaming};

/// The states that sessions were saved in, one after the other.
std::vector<SessionState> saved_states(const Stage& stage) {
    std::vector<SessionState> seen;
    for (const auto& row : stage.records.sessions) seen.push_back(row.state);
    return seen;
}

/// What must be true of any session that has just ended.
void check_ended(Stage& stage, const std::string& id, EndReason reason, const std::vector<PeerId>& told) {
    CHECK(stage.record().id == id);
    CHECK(stage.record().state == SessionState::ended);
    CHECK(stage.record().reason == reason);
    CHECK(stage.record().ended == stage.clock.unix_now());
    CHECK_FALSE(stage.record().detail.empty());
    for (const PeerId peer : told) {
        REQUIRE(stage.last<SessionEnded>(peer));
        CHECK(stage.last<SessionEnded>(peer)->session == id);
        CHECK(stage.last<SessionEnded>(peer)->reason == reason);
        CHECK(stage.last<SessionEnded>(peer)->message == stage.record().detail);
        CHECK(stage.count<SessionEnded>(peer) == 1);
    }
}

}  // namespace

TEST_CASE("a whole session: asked, granted, streamed, ended by the operator") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto guest = stage.join_guest();
    stage.forget_heard();

    stage.say(anna, SessionRequest{guest, Mode::control}, 5);
    const auto& heard = stage.outside.sent[anna];
    REQUIRE(heard.size() == 2);
    const auto& first = std::get<SessionStatus>(heard[0].message);
    CHECK(heard[0].re == 5);
    CHECK(first.state == SessionState::requested);
    CHECK(std::get<SessionStatus>(heard[1].message).state == SessionState::asked);
    CHECK_FALSE(heard[1].re);
    const auto id = first.session;
    const auto* ask = stage.last<SessionAsk>(guest);
    REQUIRE(ask);
    CHECK(*ask == SessionAsk{id, "anna", Mode::control, true, 30, 30'000});
    CHECK(stage.last<SessionStatus>(guest)->state == SessionState::asked);

    stage.clock.advance(Millis{2'000});
    stage.say(guest, SessionAnswer{id, true}, 6);
    CHECK(stage.last_envelope<SessionStatus>(guest)->re == 6);
    CHECK_FALSE(stage.last_envelope<SessionStatus>(anna)->re);
    CHECK(stage.last<SessionStatus>(anna)->state == SessionState::granted);
    const auto host_key = *stage.last<SessionStream>(guest);
    const auto viewer_key = *stage.last<SessionStream>(anna);
    CHECK(host_key.stream == "screen.1.1");
    CHECK(viewer_key.stream == "screen.1.1");
    CHECK(host_key.token != viewer_key.token);

    const auto host_leg = std::get<StreamGrant>(stage.hub.redeem(id, "screen.1.1", host_key.token));
    const auto viewer_leg = std::get<StreamGrant>(stage.hub.redeem(id, "screen.1.1", viewer_key.token));
    CHECK(host_leg.side == Side::host);
    CHECK(viewer_leg.side == Side::viewer);
    CHECK(viewer_leg.mode == Mode::control);
    CHECK(viewer_leg.recorded);
    CHECK(viewer_leg.desktop_name == stage.record().guest_name);
    stage.clock.advance(Millis{500});
    stage.streaming(id);
    CHECK(stage.last<SessionStatus>(guest)->state == SessionState::streaming);
    CHECK(stage.last<PresenceChanged>(anna)->entry.session == id);
    CHECK_FALSE(stage.last<PresenceChanged>(anna)->arrived);
    CHECK(stage.records.participants.size() == 2);

    stage.clock.advance(Millis{61'000});
    stage.outside.traffics[id] = {5'000, 700};
    stage.say(anna, SessionEnd{id}, 7);
    check_ended(stage, id, EndReason::operator_, {anna, guest});
    CHECK(stage.last_envelope<SessionEnded>(anna)->re == 7);
    CHECK_FALSE(stage.last_envelope<SessionEnded>(guest)->re);
    const auto& ended = *stage.last<SessionEnded>(guest);
    CHECK(ended.duration_ms == 61'000);
    CHECK(ended.bytes_to_viewer == 5'000);
    CHECK(ended.bytes_to_host == 700);
    CHECK(ended.recorded);
    CHECK(ended.assistance == stage.records.assistances.back().id);
    CHECK(stage.outside.streams_closed == std::vector{id});
    CHECK(stage.last<PresenceChanged>(anna)->entry.session.empty());
    CHECK(stage.records.participants.back().left == stage.clock.unix_now());

    CHECK(saved_states(stage) == std::vector{SessionState::requested, SessionState::asked, SessionState::granted,
                                             SessionState::streaming, SessionState::ended});
    const auto& row = stage.record();
    CHECK(row.operator_name == "anna");
    CHECK(row.operator_address == "192.0.2.1");
    CHECK(row.guest_address == "192.0.2.2");
    CHECK(*row.granted - row.requested == 2'000);
    CHECK(*row.streaming - *row.granted == 500);
    for (const char* action :
         {"ticket.create", "guest.join", "session.request", "session.grant", "session.start", "session.end"}) {
        INFO(action);
        CHECK(stage.records.audited(action) == 1);
    }
    stage.stream_closed(id, Cause::closed_by_hub, {}, {1, 1});
    CHECK(stage.records.sessions.size() == 5);
    CHECK_FALSE(stage.hub.next_deadline() < stage.clock.now());
}

TEST_CASE("a guest who refuses ends it, and can be asked again") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto guest = stage.join_guest();
    const auto id = stage.session_in(SessionState::asked, anna, guest);
    stage.say(guest, SessionAnswer{id, false}, 12);
    check_ended(stage, id, EndReason::refused, {anna, guest});
    CHECK(stage.last_envelope<SessionEnded>(guest)->re == 12);
    CHECK(stage.last<SessionEnded>(anna)->duration_ms == 0);
    CHECK(stage.records.audited("session.refuse") == 1);
    CHECK(stage.records.participants.empty());
    CHECK(stage.outside.streams_closed.empty());
    CHECK(stage.session_in(SessionState::granted, anna, guest) != id);
}

TEST_CASE("no answer in time means no, at the very millisecond") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto guest = stage.join_guest();
    const auto id = stage.session_in(SessionState::asked, anna, guest);
    CHECK(stage.hub.next_deadline() == stage.clock.now() + Millis{30'000});
    stage.pass(Millis{29'999});
    CHECK_FALSE(stage.last<SessionEnded>(anna));
    CHECK(stage.hub.next_deadline() == stage.clock.now() + Millis{1});
    stage.pass(Millis{1});
    check_ended(stage, id, EndReason::timed_out, {anna, guest});
    CHECK(stage.records.audited("session.timeout") == 1);

    stage.say(guest, SessionAnswer{id, true}, 13);
    CHECK(stage.refused(guest) == Code::not_found);
    CHECK(stage.last_envelope<Refused>(guest)->re == 13);
    CHECK_FALSE(stage.last<SessionStream>(anna));
}

TEST_CASE("an operator who gives up while the guest is thinking wins the race") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto guest = stage.join_guest();
    const auto id = stage.session_in(SessionState::asked, anna, guest);
    stage.say(anna, SessionEnd{id});
    check_ended(stage, id, EndReason::operator_, {anna, guest});
    stage.say(guest, SessionAnswer{id, true});
    CHECK(stage.refused(guest) == Code::not_found);
    CHECK(stage.count<SessionEnded>(anna) == 1);
}

TEST_CASE("a guest whose screen is gone says why, in every state") {
    for (const auto state : states) {
        INFO(name(state));
        Stage stage;
        const auto anna = stage.join_operator(stage.anna);
        const auto guest = stage.join_guest();
        const auto id = stage.session_in(state, anna, guest);
        stage.say(guest, SessionEnd{id, "The X display has gone."});
        check_ended(stage, id, EndReason::drop, {anna, guest});
        CHECK_THAT(stage.last<SessionEnded>(anna)->message,
                   Catch::Contains("could not go on: The X display has gone."));
    }
}

TEST_CASE("an operator's end is the operator's end, whatever it says") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto guest = stage.join_guest();
    const auto id = stage.session_in(SessionState::streaming, anna, guest);
    stage.say(anna, SessionEnd{id, "lunch"});
    check_ended(stage, id, EndReason::operator_, {anna, guest});
}

TEST_CASE("a second answer changes nothing") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto guest = stage.join_guest();
    const auto id = stage.session_in(SessionState::granted, anna, guest);
    stage.say(guest, SessionAnswer{id, false});
    CHECK(stage.refused(guest) == Code::conflict);
    CHECK_FALSE(stage.last<SessionEnded>(anna));
    CHECK(stage.count<SessionStream>(anna) == 1);
}

TEST_CASE("both sides can end it in every state; the second end is told there is nothing left") {
    for (const auto state : states) {
        for (const bool guest_ends : {false, true}) {
            INFO(name(state) << (guest_ends ? " by the guest" : " by the operator"));
            Stage stage;
            const auto anna = stage.join_operator(stage.anna);
            const auto guest = stage.join_guest();
            const auto id = stage.session_in(state, anna, guest);
            stage.say(guest_ends ? guest : anna, SessionEnd{id});
            check_ended(stage, id, guest_ends ? EndReason::guest : EndReason::operator_, {anna, guest});
            const auto other = guest_ends ? anna : guest;
            stage.say(other, SessionEnd{id});
            CHECK(stage.refused(other) == Code::not_found);
            CHECK(stage.count<SessionEnded>(other) == 1);
        }
    }
}

TEST_CASE("a guest who leaves in any state drops the session") {
    for (const auto state : states) {
        INFO(name(state));
        Stage stage;
        const auto anna = stage.join_operator(stage.anna);
        const auto guest = stage.join_guest();
        const auto id = stage.session_in(state, anna, guest);
        stage.leave(guest);
        check_ended(stage, id, EndReason::drop, {anna});
        CHECK_FALSE(stage.last<SessionEnded>(guest));
        CHECK(stage.last<SessionEnded>(anna)->message.find("NETCECK") == 0);
        CHECK(stage.last<PresenceLeft>(anna)->peer == guest);
        stage.say(anna, SessionRequest{guest, Mode::control});
        CHECK(stage.refused(anna) == Code::offline);
    }
}

TEST_CASE("an operator who leaves in any state drops the session, and the guest can be helped by another") {
    for (const auto state : states) {
        INFO(name(state));
        Stage stage;
        const auto anna = stage.join_operator(stage.anna);
        const auto bert = stage.join_operator(stage.bert);
        const auto guest = stage.join_guest();
        const auto id = stage.session_in(state, anna, guest);
        stage.leave(anna);
        check_ended(stage, id, EndReason::drop, {guest});
        CHECK(stage.last<SessionEnded>(guest)->message.find("anna") == 0);
        CHECK_FALSE(stage.session_in(SessionState::streaming, bert, guest).empty());
    }
}

TEST_CASE("a guest has one session at a time") {
    for (const auto state : states) {
        INFO(name(state));
        Stage stage;
        const auto anna = stage.join_operator(stage.anna);
        const auto bert = stage.join_operator(stage.bert);
        const auto guest = stage.join_guest();
        stage.session_in(state, anna, guest);
        for (const auto asking : {anna, bert}) {
            stage.say(asking, SessionRequest{guest, Mode::view}, 20);
            CHECK(stage.refused(asking) == Code::busy);
            CHECK(stage.last_envelope<Refused>(asking)->re == 20);
        }
        CHECK(stage.count<SessionAsk>(guest) == 1);
    }
}

TEST_CASE("an operator has several sessions at once, and ending one leaves the other") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto one = stage.join_guest();
    const auto two = stage.join_guest();
    const auto first = stage.session_in(SessionState::streaming, anna, one);
    const auto second = stage.session_in(SessionState::streaming, anna, two, Mode::view);
    CHECK(first != second);
    stage.say(one, SessionEnd{first});
    check_ended(stage, first, EndReason::guest, {one});
    CHECK_FALSE(stage.last<SessionEnded>(two));
    stage.leave(anna);
    CHECK(stage.last<SessionEnded>(two)->reason == EndReason::drop);
}

TEST_CASE("two consoles of one operator have a session each; closing one keeps the other's") {
    Stage stage;
    const auto here = stage.join_operator(stage.anna);
    const auto there = stage.join_operator(stage.anna);
    const auto one = stage.join_guest();
    const auto two = stage.join_guest();
    const auto first = stage.session_in(SessionState::streaming, here, one);
    stage.session_in(SessionState::streaming, there, two);
    stage.say(there, SessionEnd{first});
    CHECK(stage.refused(there) == Code::not_found);
    stage.leave(here);
    CHECK(stage.last<SessionEnded>(one)->reason == EndReason::drop);
}

TEST_CASE("a wall clock that is set back in a session turns none of its times round") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto guest = stage.join_guest();
    const auto id = stage.session_in(SessionState::asked, anna, guest);
    const auto requested = stage.record().requested;
    stage.clock.set_wall(-std::chrono::hours(1));
    stage.clock.advance(Millis{2'000});
    stage.say(guest, SessionAnswer{id, true});
    CHECK(stage.record().granted == requested + 2'000);
    stage.clock.set_wall(-std::chrono::hours(1));
    stage.streaming(id);
    stage.clock.set_wall(-std::chrono::hours(1));
    stage.clock.advance(Millis{30'000});
    stage.say(anna, SessionEnd{id});
    CHECK(stage.record().streaming == requested + 2'000);
    CHECK(stage.record().ended == requested + 32'000);
    for (const auto peer : {anna, guest}) {
        REQUIRE(stage.last<SessionEnded>(peer));
        CHECK(stage.last<SessionEnded>(peer)->duration_ms == 30'000);
    }
    CHECK(stage.records.participants.back().left == stage.record().ended);
}

TEST_CASE("strangers learn nothing about a session and change nothing") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto bert = stage.join_operator(stage.bert);
    const auto guest = stage.join_guest();
    const auto other = stage.join_guest();
    const auto id = stage.session_in(SessionState::asked, anna, guest);
    stage.say(other, SessionAnswer{id, true});
    CHECK(stage.refused(other) == Code::not_found);
    stage.say(bert, SessionEnd{id});
    CHECK(stage.refused(bert) == Code::not_found);
    stage.say(other, SessionEnd{id});
    CHECK_FALSE(stage.last<SessionEnded>(anna));
    stage.say(other, SessionEnd{"1-0000000000000000"});
    CHECK(stage.last<Refused>(other)->error.code == Code::not_found);
    CHECK(stage.record().state == SessionState::asked);
}

TEST_CASE("only guests who are online can be asked") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto bert = stage.join_operator(stage.bert);
    stage.say(anna, SessionRequest{bert, Mode::control}, 1);
    CHECK(stage.refused(anna) == Code::conflict);
    stage.say(anna, SessionRequest{anna, Mode::control}, 2);
    CHECK(stage.refused(anna) == Code::conflict);
    stage.say(anna, SessionRequest{999, Mode::control}, 3);
    CHECK(stage.refused(anna) == Code::offline);
    CHECK(stage.last_envelope<Refused>(anna)->re == 3);
    CHECK(stage.records.sessions.empty());
}

TEST_CASE("stopping ends every session, says goodbye to everybody and lets nobody in") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto one = stage.join_guest();
    const auto two = stage.join_guest();
    const auto unused = stage.new_ticket(stage.anna);
    stage.session_in(SessionState::streaming, anna, one);
    stage.session_in(SessionState::asked, anna, two);
    stage.hub.stop();
    stage.hub.check();
    for (const auto peer : {one, two}) {
        CHECK(stage.last<SessionEnded>(peer)->reason == EndReason::hub_stopped);
        CHECK(std::holds_alternative<HubStopping>(stage.outside.sent[peer].back().message));
    }
    CHECK(stage.count<SessionEnded>(anna) == 2);
    CHECK(std::holds_alternative<HubStopping>(stage.outside.sent[anna].back().message));
    CHECK(stage.outside.closed == std::vector{anna, one, two});
    const auto late = stage.join_guest(unused);
    CHECK(stage.refused(late) == Code::stopping);
    CHECK(std::get<Error>(stage.hub.new_ticket(stage.anna)).code == Code::stopping);
    stage.say(anna, TicketNew{}, 30);
    CHECK_FALSE(stage.last<TicketCreated>(anna));
    for (const auto peer : {anna, one, two}) stage.leave(peer);
    CHECK(stage.hub.online().empty());
}

TEST_CASE("the clipboard passes in a streaming session with control, to the other side, and is kept nowhere") {
    Stage stage;
    const auto anna = stage.join_operator(stage.anna);
    const auto guest = stage.join_guest();
    const auto id = stage.session_in(SessionState::streaming, anna, guest);
    const auto audits = stage.records.audits.size();
    stage.say(anna, Clipboard{id, "from anna"});
    CHECK(*stage.last<Clipboard>(guest) == Clipboard{id, "from anna"});
    CHECK_FALSE(stage.last<Clipboard>(anna));
    stage.say(guest, Clipboard{id, "from the guest"});
    CHECK(stage.last<Clipboard>(anna)->text == "from the guest");
    CHECK(stage.count<Clipboard>(guest) == 1);
    CHECK(stage.records.audits.size() == audits);
}

TEST_CASE("the clipboard passes nowhere else") {
    Settings without;
    without.policy.clipboard = false;
    struct Row {
        Settings settings;
        SessionState state;
        Mode mode;
        Code code;
    };
    for (const auto& row : {Row{{}, SessionState::asked, Mode::control, Code::conflict},
                            Row{{}, SessionState::granted, Mode::control, Code::conflict},
                            Row{{}, SessionState::streaming, Mode::view, Code::forbidden},
                            Row{without, SessionState::streaming, Mode::control, Code::forbidden}}) {
        Stage stage(row.settings);
        const auto anna = stage.join_operator(stage.anna);
        const auto bert = stage.join_operator(stage.bert);
        const auto guest = stage.join_guest();
        const auto id = stage.session_in(row.state, anna, guest, row.mode);
        for (const auto from : {anna, guest}) {
            stage.say(from, Clipboard{id, "secret"}, 40);
            CHECK(stage.refused(from) == row.code);
            CHECK(stage.last_envelope<Refused>(from)->re == 40);
        }
        stage.say(bert, Clipboard{id, "secret"});
        CHECK(stage.refused(bert) == Code::not_found);
        for (const auto peer : {anna, bert, guest}) CHECK_FALSE(stage.last<Clipboard>(peer));
    }
}
