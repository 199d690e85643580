#include <algorithm>

#include "tests/unit/repeater/hub/lasting.hpp"

using namespace pronto;
using namespace pronto::hub;
using control::Code;
using control::EndReason;
using control::Hello;
using control::Mode;
using control::Party;
using control::ResumeKey;
using control::SessionAnswer;
using control::SessionAsk;
using control::SessionEnd;
using control::SessionEnded;
using control::SessionJoin;
using control::SessionState;
using control::SessionStatus;
using control::SessionStream;

TEST_CASE("a guest's lost connection pauses the session, which goes on when it is back, without a question") {
    Lasting stage;
    const auto id = stage.running();
    stage.leave(stage.guest);
    CHECK(stage.outside.legs_closed.back() == std::pair(id, 1));
    stage.stream_closed(id, StreamEnd::Cause::closed_by_hub, {}, {100, 20});
    const auto* told = stage.last<SessionStatus>(stage.anna_peer);
    CHECK(told->state == SessionState::paused);
    CHECK(told->away == Party::guest);
    CHECK(told->resume_within_ms == grace.count());
    CHECK(stage.count<SessionStream>(stage.anna_peer) == 1);
    stage.pass(Millis{20'000});

    const auto again = stage.come_back(stage.key, stage.token(stage.guest), {id});
    CHECK(stage.count<SessionAsk>(again) == 0);
    CHECK(stage.last<SessionStatus>(again)->session == id);
    CHECK(stage.last<SessionStatus>(again)->away == Party::nobody);
    CHECK(stage.last<SessionStatus>(stage.anna_peer)->resume_within_ms == 100'000);
    CHECK(stage.last<SessionStream>(again)->stream == "screen.1.2");
    CHECK(stage.last<SessionStream>(stage.anna_peer)->stream == "screen.1.2");
    CHECK(stage.hub.online().back().session == id);
    stage.open(id, stage.anna_peer, again);
    stage.streaming(id);
    CHECK(stage.record().state == SessionState::streaming);
    stage.say(again, SessionEnd{id});
    CHECK(stage.record().reason == EndReason::guest);
    CHECK(stage.record().bytes_to_viewer == 100);
    CHECK(stage.records.audited("session.request") == 1);
}

TEST_CASE("an operator's lost connection pauses the session, which goes on when he is back") {
    Lasting stage;
    const auto id = stage.running();
    stage.leave(stage.anna_peer);
    stage.stream_closed(id, StreamEnd::Cause::closed_by_hub);
    CHECK(stage.last<SessionStatus>(stage.guest)->away == Party::operator_);
    const auto again = stage.join_operator(stage.anna, {id});
    CHECK(stage.last<SessionStatus>(again)->state == SessionState::paused);
    CHECK(stage.last<SessionStream>(again)->stream == "screen.1.2");
    stage.open(id, again, stage.guest);
    stage.streaming(id);
    stage.say(again, SessionEnd{id});
    CHECK(stage.record().reason == EndReason::operator_);
    CHECK(stage.hub.online().size() == 2);
}

TEST_CASE("an operator whose console was started anew asks again, and is in his session") {
    Lasting stage;
    const auto id = stage.running();
    stage.leave(stage.anna_peer);
    stage.stream_closed(id, StreamEnd::Cause::closed_by_hub);
    const auto asked_before = stage.count<SessionAsk>(stage.guest);
    const auto bert = stage.join_operator(stage.bert);
    stage.say(bert, control::SessionRequest{stage.guest, Mode::control}, 5);
    CHECK(stage.refused(bert) == Code::busy);
    const auto again = stage.join_operator(stage.anna);
    SECTION("as before") {
        stage.say(again, control::SessionRequest{stage.guest, Mode::control}, 6);
        CHECK(stage.last_envelope<SessionStatus>(again)->re == 6);
        CHECK(stage.last<SessionStatus>(again)->session == id);
        CHECK(stage.last<SessionStream>(again)->stream == "screen.1.2");
        CHECK(stage.count<SessionAsk>(stage.guest) == asked_before);
    }
    SECTION("in another mode it is another session, with a question") {
        stage.say(again, control::SessionRequest{stage.guest, Mode::view}, 6);
        CHECK(stage.last<SessionEnded>(stage.guest)->session == id);
        CHECK(stage.last<SessionStatus>(again)->session != id);
        CHECK(stage.count<SessionAsk>(stage.guest) == asked_before + 1);
    }
}

TEST_CASE("the session waits for both, in whatever order they come back") {
    for (const bool guest_first : {true, false}) {
        Lasting stage;
        const auto id = stage.running();
        const auto token = stage.token(stage.guest);
        stage.leave(guest_first ? stage.guest : stage.anna_peer);
        stage.leave(guest_first ? stage.anna_peer : stage.guest);
        stage.stream_closed(id, StreamEnd::Cause::closed_by_hub);
        PeerId guest = 0;
        PeerId anna = 0;
        if (guest_first) guest = stage.come_back(stage.key, token, {id});
        anna = stage.join_operator(stage.anna, {id});
        if (guest_first) CHECK(stage.last<SessionStatus>(guest)->away == Party::nobody);
        if (!guest_first) CHECK(stage.last<SessionStatus>(anna)->away == Party::guest);
        if (!guest_first) guest = stage.come_back(stage.key, token, {id});
        stage.open(id, anna, guest);
        stage.streaming(id);
        CHECK(stage.record().state == SessionState::streaming);
    }
}

TEST_CASE("streams are offered only once the ones before are closed: the movie's parts follow each other") {
    Lasting stage;
    const auto id = stage.running();
    stage.leave(stage.guest);
    const auto again = stage.come_back(stage.key, stage.token(stage.guest), {id});
    CHECK(stage.count<SessionStream>(again) == 0);
    stage.streaming(id);  // was on its way when the connection was lost
    CHECK(stage.record().state == SessionState::paused);
    StreamEnd end;
    end.cause = StreamEnd::Cause::closed_by_hub;
    end.parts = 1;
    stage.hub.stream_closed(id, 1, end);
    REQUIRE(stage.last<SessionStream>(again));
    const auto grant = stage.hub.redeem(id, "screen.1.2", stage.stream_token(again));
    CHECK(std::get<StreamGrant>(grant).first_part == 2);
}

TEST_CASE("streams that do not come are offered anew while the session is paused") {
    Lasting stage;
    const auto id = stage.running();
    stage.leave(stage.guest);
    stage.stream_closed(id, StreamEnd::Cause::closed_by_hub);
    const auto again = stage.come_back(stage.key, stage.token(stage.guest), {id});
    const auto old = stage.stream_token(again);
    stage.pass(Sessions::offering);
    CHECK(stage.last<SessionStream>(again)->stream == "screen.1.3");
    CHECK(std::holds_alternative<control::Error>(stage.hub.redeem(id, "screen.1.2", old)));
    // One side has come: its leg goes first.
    REQUIRE(std::holds_alternative<StreamGrant>(stage.hub.redeem(id, "screen.1.3", stage.stream_token(again))));
    stage.pass(Sessions::offering);
    CHECK(stage.last<SessionStream>(again)->stream == "screen.1.3");
    CHECK(stage.outside.legs_closed.back() == std::pair(id, 1));
    stage.stream_closed(id, StreamEnd::Cause::closed_by_hub);
    CHECK(stage.last<SessionStream>(again)->stream == "screen.1.4");
}

TEST_CASE("who does not come back in time ends the session, and hears so later") {
    for (const bool guest_away : {true, false}) {
        Lasting stage;
        const auto id = stage.running();
        const auto token = stage.token(stage.guest);
        stage.leave(guest_away ? stage.guest : stage.anna_peer);
        stage.stream_closed(id, StreamEnd::Cause::closed_by_hub);
        stage.pass(grace - Millis{1});
        CHECK(stage.record().state == SessionState::paused);
        stage.pass(Millis{1});
        const auto* ended = stage.last<SessionEnded>(guest_away ? stage.anna_peer : stage.guest);
        REQUIRE(ended);
        CHECK(ended->reason == EndReason::drop);
        CHECK(ended->message.find(guest_away ? "NETCECK" : "anna") != std::string::npos);
        const auto again = guest_away ? stage.come_back(stage.key, token, {id}) : stage.join_operator(stage.anna, {id});
        REQUIRE(stage.last<SessionEnded>(again));
        CHECK(*stage.last<SessionEnded>(again) == *ended);
    }
}

TEST_CASE("a guest that ended the session while it was away has ended it") {
    Lasting stage;
    const auto id = stage.running();
    stage.leave(stage.guest);
    stage.stream_closed(id, StreamEnd::Cause::closed_by_hub);
    const auto again = stage.come_back(stage.key, stage.token(stage.guest));
    CHECK(stage.count<SessionStream>(again) == 0);
    SECTION("as it says") {
        stage.say(again, SessionEnd{id});
        CHECK(stage.record().reason == EndReason::guest);
    }
    SECTION("but one whose program was started anew has not") {
        stage.pass(Millis{1'000});
        CHECK(stage.record().reason == EndReason::drop);
    }
    CHECK(stage.last<SessionEnded>(stage.anna_peer)->session == id);
}

TEST_CASE("a goodbye ends the session at once, and so does a question that nobody waits for") {
    Lasting stage;
    SECTION("the guest's") {
        stage.running();
        stage.leave(stage.guest, true);
        CHECK(stage.record().reason == EndReason::drop);
    }
    SECTION("the operator's") {
        stage.running();
        stage.leave(stage.anna_peer, true);
        CHECK(stage.record().reason == EndReason::drop);
    }
    SECTION("not granted yet") {
        stage.in(SessionState::asked);
        stage.leave(stage.guest);
        CHECK(stage.record().reason == EndReason::drop);
    }
}

TEST_CASE("nobody takes over another's session, nor learns whether it exists") {
    Lasting stage;
    const auto id = stage.running();
    stage.leave(stage.anna_peer);
    stage.stream_closed(id, StreamEnd::Cause::closed_by_hub);
    const auto bert = stage.join_operator(stage.bert, {id, "1-0000000000000000"});
    CHECK_FALSE(stage.last<SessionStatus>(bert));
    CHECK_FALSE(stage.last<SessionEnded>(bert));
    CHECK_FALSE(stage.last<SessionStream>(bert));
    const auto other = ResumeKey::make();
    const auto stranger = stage.join_resumable(other);
    const auto token = stage.token(stranger);
    stage.leave(stranger);
    const auto back = stage.come_back(other, token, {id});
    CHECK_FALSE(stage.last<SessionStatus>(back));
    stage.pass(grace);
    stage.leave(back);
    const auto later = stage.come_back(other, stage.token(back), {id});
    CHECK_FALSE(stage.last<SessionEnded>(later));
}

TEST_CASE("who had joined hears that his leg is over, and may join again without a question") {
    Lasting stage;
    const auto id = stage.running();
    const auto bert = stage.bert_joined(id, Mode::view);
    stage.leave(stage.guest);
    CHECK(stage.last<SessionEnded>(bert)->session == id);
    stage.stream_closed(id, StreamEnd::Cause::closed_by_hub);
    stage.stream_closed(id, StreamEnd::Cause::closed_by_hub, {}, {}, 2);
    const auto again = stage.come_back(stage.key, stage.token(stage.guest), {id});
    stage.open(id, stage.anna_peer, again);
    stage.streaming(id);
    stage.say(bert, SessionJoin{id, Mode::view}, 8);
    CHECK(stage.last<SessionStatus>(bert)->state == SessionState::granted);
    CHECK(stage.count<SessionAsk>(again) == 0);
    stage.leave(bert);
    const auto bert_again = stage.join_operator(stage.bert, {id});
    CHECK(stage.last<SessionEnded>(bert_again)->session == id);
    CHECK(stage.record().state == SessionState::streaming);
}

TEST_CASE("whoever looks on is parted whatever the session waits for") {
    Lasting stage;
    const auto id = stage.running();
    const auto bert = stage.bert_joined(id, Mode::control);
    SECTION("the operator") { stage.leave(stage.anna_peer); }
    SECTION("only the stream") {
        stage.stream_closed(id, StreamEnd::Cause::viewer_closed);
        stage.pass(Stage::last_words);
    }
    CHECK(stage.record().state == SessionState::paused);
    CHECK(stage.last<SessionEnded>(bert)->session == id);
    CHECK(stage.outside.legs_closed.end() != std::find(stage.outside.legs_closed.begin(), stage.outside.legs_closed.end(), std::pair(id, 2)));
}

TEST_CASE("an operator at a second computer does not take the place of his first") {
    Lasting stage;
    const auto id = stage.running();
    const auto laptop = [&](const std::string& computer) {
        auto said = hello(control::Role::operator_, {}, computer);
        std::get<Hello>(said.message).sessions = {id};
        const PeerId peer = 900 + static_cast<PeerId>(computer.size());
        stage.hub.operator_joined(peer, stage.anna, said, "192.0.2.7");
        stage.hub.check();
        return peer;
    };
    const auto other = laptop("laptop");
    CHECK(stage.last<SessionEnded>(other)->session == id);
    CHECK_FALSE(stage.last<SessionEnded>(stage.anna_peer));
    CHECK(stage.record().state == SessionState::streaming);
    const auto same = laptop("netceck");  // his own, whose older connection nobody has given up yet
    CHECK(stage.last<SessionStatus>(same)->session == id);
    CHECK(stage.last<SessionEnded>(stage.anna_peer)->session == id);
    stage.stream_closed(id, StreamEnd::Cause::closed_by_hub);
    CHECK(stage.last<SessionStream>(same)->stream == "screen.1.2");
}

TEST_CASE("a leg that is too slow while the session waits is another try, not its end") {
    Lasting stage;
    const auto id = stage.running();
    stage.leave(stage.guest);
    stage.stream_closed(id, StreamEnd::Cause::closed_by_hub);
    const auto again = stage.come_back(stage.key, stage.token(stage.guest), {id});
    stage.open(id, stage.anna_peer, again);
    stage.stream_closed(id, StreamEnd::Cause::host_closed, "the guest's side did not finish the RFB handshake in 10 s");
    CHECK(stage.record().state == SessionState::paused);
    stage.pass(Millis{1'000});
    CHECK(stage.last<SessionStream>(again)->stream == "screen.1.3");
}

TEST_CASE("a session does not wait for an operator whose account was disabled") {
    Lasting stage;
    const auto id = stage.running();
    stage.leave(stage.anna_peer);
    stage.hub.accounts_are({{stage.anna.id, stage.anna.credential}});
    CHECK(stage.record().state == SessionState::paused);
    stage.hub.accounts_are({});
    stage.hub.check();
    CHECK(stage.last<SessionEnded>(stage.guest)->session == id);
}
