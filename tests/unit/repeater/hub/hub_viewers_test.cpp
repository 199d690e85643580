#include <catch2/catch.hpp>

#include "repeater/hub/sessions.hpp"
#include "rfb-ext/control/ticket.hpp"
#include "tests/unit/repeater/hub/pair.hpp"

// Several viewers in one session, operators' viewers without a console, and one-time passes.

using namespace pronto;
using namespace pronto::hub;
using control::Code;
using control::EndReason;
using control::Mode;
using control::SessionJoin;
using control::SessionState;
using control::SessionStatus;

namespace {

Settings with_ports() {
    Settings settings;
    settings.policy.viewer_port = 5900;
    return settings;
}

struct Viewers : Pair {
    explicit Viewers(Mode mode = Mode::control) : Pair(with_ports()) {
        bert_peer = join_operator(bert);
        session = Stage::session_in(SessionState::streaming, anna_peer, guest, mode);
    }
    PeerId join_viewer(const Account& account) {
        const PeerId peer = next_viewer++;
        const auto refused = hub.operator_joined(peer, account, hello(control::Role::viewer), "192.0.2.3");
        hub.check();
        CHECK_FALSE(refused);
        return peer;
    }
    void joins(PeerId peer, Mode mode = Mode::control) { say(peer, SessionJoin{session, mode}, 20); }
    void answers(int leg, bool granted) {
        control::SessionAnswer answer{session, granted};
        answer.leg = leg;
        say(guest, answer, 21);
    }
    SessionState state_of(PeerId peer) { return last<SessionStatus>(peer)->state; }

    PeerId bert_peer = 0;
    std::string session;
    PeerId next_viewer = 201;
};

}  // namespace

TEST_CASE("a second operator joins when the guest agrees, with a stream of his own") {
    Viewers stage;
    stage.joins(stage.bert_peer);
    const auto* told = stage.last_envelope<SessionStatus>(stage.bert_peer);
    CHECK(told->re == 20);
    CHECK(stage.last<SessionStatus>(stage.bert_peer)->leg == 2);
    CHECK(stage.state_of(stage.bert_peer) == SessionState::asked);
    const auto* ask = stage.last<control::SessionAsk>(stage.guest);
    CHECK(ask->leg == 2);
    CHECK(ask->operator_name == "bert");
    CHECK(ask->session == stage.session);
    stage.answers(2, true);
    CHECK(stage.state_of(stage.bert_peer) == SessionState::granted);
    CHECK(stage.last<control::SessionStream>(stage.bert_peer)->stream == "screen.2.1");
    CHECK(stage.last<control::SessionStream>(stage.guest)->stream == "screen.2.1");
    CHECK(stage.opens(stage.session, "screen.2.1", stage.token(stage.guest)));
    const auto granted = std::get<StreamGrant>(stage.hub.redeem(stage.session, "screen.2.1", stage.token(stage.bert_peer)));
    CHECK(granted.leg == 2);
    CHECK_FALSE(granted.recorded);
    CHECK(granted.clipboard);
    stage.streaming(stage.session, 2);
    for (const PeerId peer : {stage.anna_peer, stage.bert_peer, stage.guest}) {
        const auto& viewers = stage.last<SessionStatus>(peer)->viewers;
        REQUIRE(viewers.size() == 2);
        CHECK(viewers[0] == control::SessionViewer{1, "anna", Mode::control});
        CHECK(viewers[1] == control::SessionViewer{2, "bert", Mode::control});
        CHECK(stage.state_of(peer) == SessionState::streaming);
    }
    CHECK(stage.records.participants.back().leg == "screen.2");
    CHECK(stage.records.participants.back().name == "bert");
}

TEST_CASE("an operator who is let in already needs no second yes, unless it is for more") {
    Viewers stage(Mode::control);
    const auto again = stage.join_viewer(stage.anna);
    stage.joins(again);
    CHECK(stage.state_of(again) == SessionState::granted);
    CHECK(stage.count<control::SessionAsk>(stage.guest) == 1);

    Viewers viewing(Mode::view);
    const auto watching = viewing.join_viewer(viewing.anna);
    viewing.joins(watching, Mode::view);
    CHECK(viewing.state_of(watching) == SessionState::granted);
    const auto controlling = viewing.join_viewer(viewing.anna);
    viewing.joins(controlling, Mode::control);
    CHECK(viewing.refused(controlling) == Code::forbidden);
}

TEST_CASE("a viewer who was let in to look is asked about before it may control") {
    Viewers stage(Mode::control);
    stage.joins(stage.bert_peer, Mode::view);
    stage.answers(2, true);
    const auto more = stage.join_viewer(stage.bert);
    stage.joins(more, Mode::control);
    CHECK(stage.state_of(more) == SessionState::asked);
    CHECK(stage.last<control::SessionAsk>(stage.guest)->leg == 3);
}

TEST_CASE("a guest who does not want the second operator, or does not answer, keeps the first") {
    Viewers stage;
    stage.joins(stage.bert_peer);
    stage.answers(2, false);
    const auto* refused = stage.last<control::SessionEnded>(stage.bert_peer);
    CHECK(refused->reason == EndReason::refused);
    CHECK(refused->message == stage.last<SessionStatus>(stage.anna_peer)->guest_name + " did not agree.");
    CHECK(stage.count<control::SessionEnded>(stage.anna_peer) == 0);
    stage.joins(stage.bert_peer);
    stage.pass(Millis{30'000});
    CHECK(stage.last<control::SessionEnded>(stage.bert_peer)->reason == EndReason::timed_out);
    CHECK(stage.last<SessionStatus>(stage.guest)->viewers.size() == 1);
    CHECK(stage.record().state == SessionState::streaming);
}

TEST_CASE("a leg that joined ends alone: by its operator, a lost connection, a stream that ends or never comes") {
    Viewers stage;
    const auto joined = [&] {
        stage.joins(stage.bert_peer);
        const int leg = stage.last<SessionStatus>(stage.bert_peer)->leg;
        stage.answers(leg, true);
        return leg;
    };
    int leg = joined();
    stage.streaming(stage.session, leg);
    stage.say(stage.bert_peer, control::SessionEnd{stage.session}, 22);
    CHECK(stage.last<control::SessionEnded>(stage.bert_peer)->reason == EndReason::operator_);
    CHECK(stage.last_envelope<control::SessionEnded>(stage.bert_peer)->re == 22);
    CHECK(stage.outside.legs_closed.back() == std::pair(stage.session, leg));
    CHECK(stage.records.participants.back().left);

    leg = joined();
    stage.streaming(stage.session, leg);
    stage.stream_closed(stage.session, StreamEnd::Cause::viewer_closed, {}, {1'000, 20}, leg);
    CHECK(stage.last<control::SessionEnded>(stage.bert_peer)->reason == EndReason::drop);

    joined();
    stage.pass(Sessions::legs_timeout);
    CHECK(stage.last<control::SessionEnded>(stage.bert_peer)->reason == EndReason::drop);

    joined();
    stage.leave(stage.bert_peer);
    CHECK(stage.last<SessionStatus>(stage.guest)->viewers.size() == 1);
    CHECK(stage.count<control::SessionEnded>(stage.anna_peer) == 0);
    stage.say(stage.anna_peer, control::SessionEnd{stage.session});
    CHECK(stage.record().bytes_to_viewer == 1'000);
    CHECK(stage.record().bytes_to_host == 20);
}

TEST_CASE("who joined goes with the session, and hears why") {
    Viewers stage;
    stage.joins(stage.bert_peer);
    stage.answers(2, true);
    stage.streaming(stage.session, 2);
    stage.say(stage.guest, control::SessionEnd{stage.session});
    CHECK(stage.last<control::SessionEnded>(stage.bert_peer)->reason == EndReason::guest);
    CHECK(stage.last<control::SessionEnded>(stage.anna_peer)->reason == EndReason::guest);
    CHECK(stage.count<control::SessionEnded>(stage.guest) == 1);
}

TEST_CASE("who cannot join is told why") {
    Viewers stage;
    stage.say(stage.bert_peer, SessionJoin{"1-nothing", Mode::view}, 30);
    CHECK(stage.refused(stage.bert_peer) == Code::not_found);
    stage.joins(stage.anna_peer);
    CHECK(stage.refused(stage.anna_peer) == Code::conflict);
    stage.say(stage.guest, SessionJoin{stage.session, Mode::view});
    CHECK(stage.refused(stage.guest) == Code::forbidden);
    for (int i = 0; i < 7; ++i) {
        const auto peer = stage.join_viewer(stage.anna);
        stage.joins(peer);
        CHECK(stage.state_of(peer) == SessionState::granted);
    }
    stage.joins(stage.bert_peer);
    CHECK(stage.refused(stage.bert_peer) == Code::busy);
}

TEST_CASE("nobody joins a session whose screen is not shown, nor one of a server that gives one picture") {
    Pair stage;
    const auto bert = stage.join_operator(stage.bert);
    const auto id = stage.session_in(SessionState::granted);
    stage.say(bert, SessionJoin{id, Mode::view}, 1);
    CHECK(stage.refused(bert) == Code::conflict);
    const PeerId server = 300;
    REQUIRE_FALSE(stage.hub.server_joined(server, {stage.new_ticket(stage.anna), "", "RFB 3.8"}, "192.0.2.9"));
    const auto other = stage.Stage::session_in(SessionState::streaming, stage.anna_peer, server);
    stage.say(bert, SessionJoin{other, Mode::view}, 2);
    CHECK(stage.refused(bert) == Code::busy);
}

TEST_CASE("what is copied reaches those who control, and nobody who looks") {
    Viewers stage;
    const auto looking = stage.join_viewer(stage.anna);
    stage.joins(looking, Mode::view);
    stage.streaming(stage.session, 2);
    stage.joins(stage.bert_peer, Mode::control);
    stage.answers(3, true);
    stage.streaming(stage.session, 3);
    const control::Clipboard text{stage.session, "copied"};
    stage.say(stage.guest, text);
    CHECK(stage.count<control::Clipboard>(stage.anna_peer) == 1);
    CHECK(stage.count<control::Clipboard>(stage.bert_peer) == 1);
    CHECK(stage.count<control::Clipboard>(looking) == 0);
    stage.say(stage.bert_peer, text);
    CHECK(stage.count<control::Clipboard>(stage.guest) == 1);
    stage.say(looking, text);
    CHECK(stage.refused(looking) == Code::forbidden);
    CHECK(stage.count<control::Clipboard>(stage.guest) == 1);
}

TEST_CASE("only who asked for the session pauses its recording") {
    Viewers stage;
    const auto second = stage.join_viewer(stage.anna);
    stage.joins(second);
    stage.streaming(stage.session, 2);
    stage.say(second, control::RecordingPause{stage.session, true}, 40);
    CHECK(stage.refused(second) == Code::forbidden);
    CHECK(stage.outside.recordings_paused.empty());
}

TEST_CASE("while the first leg's stream begins anew the others go on") {
    Viewers stage;
    const auto second = stage.join_viewer(stage.anna);
    stage.joins(second);
    stage.streaming(stage.session, 2);
    stage.say(stage.anna_peer, control::RecordingPause{stage.session, true});
    stage.say(stage.anna_peer, control::RecordingPause{stage.session, false});
    CHECK(stage.outside.legs_closed == std::vector<std::pair<std::string, int>>{{stage.session, 1}});
    CHECK(stage.state_of(second) == SessionState::streaming);
    stage.stream_closed(stage.session, StreamEnd::Cause::closed_by_hub);
    CHECK(stage.opens(stage.session, "screen.1.2", stage.token(stage.guest)));
    stage.streaming(stage.session);
    CHECK(stage.last<SessionStatus>(stage.anna_peer)->viewers.size() == 2);
}

TEST_CASE("an operator's viewer is seen by nobody and told of nobody") {
    Viewers stage;
    stage.forget_heard();
    const auto viewer = stage.join_viewer(stage.bert);
    CHECK(stage.last<control::Welcome>(viewer));
    CHECK_FALSE(stage.last<control::PresenceList>(viewer));
    CHECK(stage.hears_nothing(stage.anna_peer));
    stage.join_guest();
    CHECK_FALSE(stage.last<control::PresenceChanged>(viewer));
    const auto listed = stage.hub.online();
    CHECK(std::none_of(listed.begin(), listed.end(), [&](const auto& entry) { return entry.peer == viewer; }));
    stage.forget_heard();
    stage.leave(viewer);
    CHECK(stage.hears_nothing(stage.anna_peer));
}

TEST_CASE("a viewer whose account is disabled is cut like a console") {
    Viewers stage;
    const auto viewer = stage.join_viewer(stage.bert);
    stage.hub.accounts_are({{stage.anna.id, stage.anna.credential}});
    CHECK(stage.refused(viewer) == Code::unauthorized);
    CHECK(std::count(stage.outside.closed.begin(), stage.outside.closed.end(), viewer) == 1);
}

TEST_CASE("a long list of those online goes out although viewers are the last to have come") {
    Viewers stage;
    for (int i = 0; i < 700; ++i) stage.join_guest();
    for (int i = 0; i < 5; ++i) stage.join_viewer(stage.anna);
    const auto late = stage.join_operator(stage.root);
    for (int i = 0; i < 20; ++i) stage.pass(Millis{20});
    CHECK(stage.last<control::PresenceList>(late)->entries.size() + stage.count<control::PresenceChanged>(late) == 704);
    stage.say(stage.anna_peer, control::SessionEnd{stage.session});
    CHECK_FALSE(stage.hub.next_deadline() == stage.clock.now() + Millis{20});
}

TEST_CASE("a guest is found by name, ticket, ticket's number, or computer if there is one of it") {
    Pair stage;
    const auto first = stage.last<control::Welcome>(stage.guest)->name;
    const auto ticket = stage.hub.online().back().ticket;
    for (const auto& typed : {first, ticket, std::to_string(control::to_number(*control::parse_ticket(ticket))), std::string("netceck"), std::string("NETCECK.example.org")}) {
        INFO(typed);
        const auto found = stage.hub.find_guest(typed);
        REQUIRE(std::holds_alternative<control::Presence>(found));
        CHECK(std::get<control::Presence>(found).peer == stage.guest);
    }
    stage.join_guest();
    CHECK(std::get<control::Error>(stage.hub.find_guest("netceck")).code == Code::offline);
    CHECK(std::get<control::Error>(stage.hub.find_guest("anna")).code == Code::offline);
    CHECK(std::get<control::Error>(stage.hub.find_guest("")).code == Code::offline);
    stage.join_guest(stage.new_ticket(stage.anna), "OTHER-210EB");
    stage.join_guest(stage.new_ticket(stage.anna), "!!!");
    for (const char* none : {"OTHER-210EB", "???", "guest", "net ceck"})
        CHECK(std::holds_alternative<control::Error>(stage.hub.find_guest(none)));
    stage.leave(stage.guest);
    CHECK(std::get<control::Error>(stage.hub.find_guest(ticket)).code == Code::offline);
}

TEST_CASE("a console gets a one-time pass for a guest who is there, and a port is open for it") {
    Pair closed;
    closed.say(closed.anna_peer, control::PassNew{closed.guest, Mode::control}, 1);
    CHECK(closed.refused(closed.anna_peer) == Code::conflict);

    Pair stage(with_ports());
    stage.say(stage.anna_peer, control::PassNew{stage.guest, Mode::view}, 2);
    const auto* made = stage.last<control::PassCreated>(stage.anna_peer);
    REQUIRE(made);
    CHECK(stage.last_envelope<control::PassCreated>(stage.anna_peer)->re == 2);
    CHECK(made->target == stage.last<control::Welcome>(stage.guest)->name);
    CHECK(stage.records.audited("pass.create") == 1);
    for (const auto& row : stage.records.audits) CHECK(row.detail.find(made->pass) == std::string::npos);
    const auto used = stage.hub.use_pass_number(made->number);
    REQUIRE(used);
    CHECK(used->target == stage.guest);
    CHECK(used->account == stage.anna);
    CHECK_FALSE(stage.hub.use_pass([&](std::string_view pass) { return pass == made->pass; }));
    stage.say(stage.anna_peer, control::PassNew{999, Mode::view}, 3);
    CHECK(stage.refused(stage.anna_peer) == Code::offline);
    stage.say(stage.guest, control::PassNew{stage.guest, Mode::view}, 4);
    CHECK(stage.refused(stage.guest) == Code::forbidden);
}

TEST_CASE("who was let in and left comes back without a question, to no more than was agreed to") {
    Viewers stage;
    stage.joins(stage.bert_peer, Mode::view);
    stage.answers(2, true);
    stage.streaming(stage.session, 2);
    stage.say(stage.bert_peer, control::SessionEnd{stage.session});
    stage.joins(stage.bert_peer, Mode::view);
    CHECK(stage.state_of(stage.bert_peer) == SessionState::granted);
    stage.say(stage.bert_peer, control::SessionEnd{stage.session});
    stage.joins(stage.bert_peer, Mode::control);
    CHECK(stage.state_of(stage.bert_peer) == SessionState::asked);
}

TEST_CASE("the guest sees who is asking, and when nobody asks any more") {
    Viewers stage;
    stage.joins(stage.bert_peer);
    CHECK(stage.last<SessionStatus>(stage.guest)->asking == std::vector<control::SessionViewer>{{2, "bert", Mode::control}});
    stage.leave(stage.bert_peer);
    CHECK(stage.last<SessionStatus>(stage.guest)->asking.empty());
}

TEST_CASE("a standard viewer whose window is closed ends its session; one that the network lost does not") {
    Viewers stage;
    const auto viewer = stage.join_viewer(stage.anna);
    stage.joins(viewer);
    stage.streaming(stage.session, 2);
    stage.stream_closed(stage.session, StreamEnd::Cause::viewer_closed, {}, {}, 2, true);
    CHECK(stage.last<control::SessionEnded>(viewer)->reason == EndReason::operator_);

    const auto guest = stage.join_guest();
    const auto other = stage.Stage::session_in(SessionState::streaming, viewer, guest);
    stage.stream_closed(other, StreamEnd::Cause::viewer_closed, {}, {}, 1, true);
    CHECK(stage.record().reason == EndReason::operator_);
    const auto lost = stage.Stage::session_in(SessionState::streaming, viewer, guest);
    stage.stream_closed(lost, StreamEnd::Cause::viewer_closed);
    stage.pass(Sessions::last_words);
    CHECK(stage.record().reason == EndReason::drop);
}

TEST_CASE("a recording that was paused does not go on where a standard viewer shows the session") {
    Settings settings;
    settings.policy.guest_may_pause = true;
    Stage stage(settings);
    const PeerId viewer = 400;
    stage.hub.operator_joined(viewer, stage.anna, hello(control::Role::viewer), "192.0.2.3");
    const auto guest = stage.join_guest();
    const auto id = stage.session_in(SessionState::streaming, viewer, guest);
    stage.say(guest, control::RecordingPause{id, true});
    CHECK(stage.outside.recordings_paused.size() == 1);
    stage.say(guest, control::RecordingPause{id, false}, 9);
    CHECK(stage.refused(guest) == Code::conflict);
    CHECK(stage.record().state == SessionState::streaming);
}

TEST_CASE("whoever is not let in after all hears the session's end in words") {
    Pair stage(with_ports());
    const auto id = stage.session_in(SessionState::granted);
    control::SessionEnd end{id};
    end.message = "there is no screen any more";
    stage.say(stage.guest, end);
    CHECK(stage.outside.words_closed.find("there is no screen any more") != std::string::npos);
}

TEST_CASE("who comes while a session waits for last words gets a session of his own") {
    Viewers stage;
    stage.stream_closed(stage.session, StreamEnd::Cause::viewer_closed);
    CHECK(stage.hub.session_of(stage.guest).empty());
    CHECK(stage.record().state == SessionState::ended);
    CHECK(stage.record().reason == EndReason::drop);
    stage.say(stage.bert_peer, control::SessionRequest{stage.guest, Mode::control}, 50);
    CHECK(stage.record().state == SessionState::asked);
}
