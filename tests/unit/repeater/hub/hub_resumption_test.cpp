#include <algorithm>

#include "repeater/hub/resumptions.hpp"
#include "repeater/hub/sessions.hpp"
#include "tests/unit/repeater/hub/pair.hpp"

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
using control::Welcome;

namespace {

constexpr Millis grace{120'000};

Settings with_grace() {
    Settings settings;
    settings.grace = grace;
    return settings;
}

/// An operator and a guest that both can come back.
struct Lasting : Stage {
    Lasting() : Stage(with_grace()) {
        anna_peer = join_operator(anna);
        guest = join_resumable(key);
    }
    std::string token(PeerId peer) { return last<Welcome>(peer)->resume; }
    std::string stream_token(PeerId peer) { return last<SessionStream>(peer)->token; }
    std::string in(SessionState state) { return session_in(state, anna_peer, guest); }
    /// Each side takes its seat.
    void open(const std::string& session, PeerId viewer, PeerId host) {
        for (const PeerId peer : {viewer, host})
            REQUIRE(std::holds_alternative<StreamGrant>(hub.redeem(session, last<SessionStream>(peer)->stream, stream_token(peer))));
    }
    std::string running() {
        const auto id = in(SessionState::granted);
        open(id, anna_peer, guest);
        streaming(id);
        return id;
    }

    const ResumeKey key = ResumeKey::make();
    PeerId anna_peer = 0;
    PeerId guest = 0;
};

}  // namespace

TEST_CASE("a guest without a key gets no token, one with a key does") {
    Lasting stage;
    CHECK_FALSE(stage.token(stage.guest).empty());
    CHECK(stage.last<Welcome>(stage.guest)->grace_ms == grace.count());
    const auto plain = stage.join_guest();
    CHECK(stage.token(plain).empty());
    CHECK(stage.last<Welcome>(stage.anna_peer)->resume.empty());
}

TEST_CASE("a guest comes back under its name, with its case and its ticket, to wait for an operator") {
    Lasting stage;
    const auto before = *stage.last<Welcome>(stage.guest);
    const auto entry = stage.hub.online().back();
    stage.leave(stage.guest);
    CHECK(stage.hub.online().size() == 1);
    stage.pass(std::chrono::hours(24 * 6));
    const auto again = stage.come_back(stage.key, before.resume);
    REQUIRE(stage.last<Welcome>(again));
    CHECK(stage.last<Welcome>(again)->name == before.name);
    CHECK(stage.last<Welcome>(again)->peer == again);
    const auto now = stage.hub.online().back();
    CHECK(now.assistance == entry.assistance);
    CHECK(now.ticket == entry.ticket);
    CHECK(now.ticket_owner == "anna");
    CHECK(stage.records.audited("guest.return") == 1);
}

TEST_CASE("a token changes at each use, and the one before is good until the newer one was used") {
    Lasting stage;
    const auto first = stage.token(stage.guest);
    stage.leave(stage.guest);
    const auto once = stage.come_back(stage.key, first);
    const auto second = stage.token(once);
    CHECK(second != first);
    stage.leave(once);
    const auto twice = stage.come_back(stage.key, first);  // the answer with the second one was lost
    const auto third = stage.token(twice);
    CHECK_FALSE(third.empty());
    stage.leave(twice);
    CHECK(stage.refused(stage.come_back(stage.key, second)) == Code::cannot_resume);
    stage.leave(stage.come_back(stage.key, third));
    CHECK(stage.refused(stage.come_back(stage.key, first)) == Code::cannot_resume);
    for (const auto& row : stage.records.resumes)
        for (const auto& token : {first, second, third}) {
            CHECK(row.token_sha256 != token);
            CHECK(row.earlier_sha256 != token);
        }
}

TEST_CASE("nobody comes back without the key, after a goodbye, or after a week") {
    Lasting stage;
    const auto token = stage.token(stage.guest);
    stage.leave(stage.guest);
    CHECK(stage.refused(stage.come_back(ResumeKey::make(), token)) == Code::cannot_resume);
    CHECK(stage.refused(stage.come_back(stage.key, "nonsense")) == Code::cannot_resume);
    SECTION("the right one still can") {
        const auto again = stage.come_back(stage.key, token);
        CHECK(stage.last<Welcome>(again));
        stage.leave(again, true);
        CHECK(stage.refused(stage.come_back(stage.key, stage.token(again))) == Code::cannot_resume);
        CHECK(stage.records.resumes.back().gone);
    }
    SECTION("a week") {
        stage.pass(Resumptions::absence);
        CHECK(stage.refused(stage.come_back(stage.key, token)) == Code::cannot_resume);
        CHECK(stage.records.resumes.back().gone);
    }
}

TEST_CASE("a guest that comes back while its older connection is not given up yet takes its place") {
    Lasting stage;
    const auto again = stage.come_back(stage.key, stage.token(stage.guest));
    CHECK(stage.outside.closed == std::vector{stage.guest});
    CHECK(stage.hub.online().size() == 2);
    CHECK(stage.last<Welcome>(again)->name == stage.last<Welcome>(stage.guest)->name);
    stage.leave(stage.guest);
    CHECK(stage.hub.online().size() == 2);
    stage.leave(again);
    CHECK(stage.hub.online().size() == 1);
}

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
    const auto bert = stage.join_operator(stage.bert);
    stage.say(bert, SessionJoin{id, Mode::view}, 7);
    stage.say(stage.guest, SessionAnswer{id, true, 2});
    stage.streaming(id, 2);
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
    const auto bert = stage.join_operator(stage.bert);
    stage.say(bert, SessionJoin{id, Mode::control}, 7);
    stage.say(stage.guest, SessionAnswer{id, true, 2});
    stage.streaming(id, 2);
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

TEST_CASE("each generation is written down, and how long a session waits is not begun anew by a hub that starts") {
    Lasting stage;
    const auto id = stage.running();
    stage.leave(stage.guest);
    stage.stream_closed(id, StreamEnd::Cause::closed_by_hub);
    const auto seen = stage.record().seen;
    stage.pass(Millis{60'000});
    stage.come_back(stage.key, stage.token(stage.guest), {id});
    CHECK(stage.record().generation == 2);
    CHECK(stage.record().seen == seen);
    Stage next(with_grace());
    next.clock.advance(Millis{70'000});
    next.hub.restore({{}, {{stage.record(), 1}}});
    CHECK(next.record().seen == seen);
    next.pass(Millis{49'999});
    CHECK(next.record().state == SessionState::paused);
    next.pass(Millis{1});
    CHECK(next.record().state == SessionState::ended);
}

TEST_CASE("a session that was only granted goes on, too") {
    Lasting stage;
    const auto id = stage.in(SessionState::granted);
    Stage next(with_grace());
    next.hub.restore({{stage.records.resumes.back()}, {{stage.record(), 0}}});
    next.hub.check();
    const auto guest = next.come_back(stage.key, stage.token(stage.guest), {id});
    next.join_operator(next.anna, {id});
    CHECK(next.last<SessionStream>(guest)->stream == "screen.1.2");
}

TEST_CASE("what a hub that stops leaves open, the next one goes on with") {
    Lasting stage;
    const auto id = stage.running();
    stage.outside.traffics[id] = {500, 50};
    const auto token = stage.token(stage.guest);
    const auto started = *stage.record().streaming;
    const bool killed = GENERATE(true, false);
    if (!killed) {
        stage.hub.stop();
        CHECK(stage.record().state == SessionState::paused);
        CHECK_FALSE(stage.record().reason);
        CHECK(stage.outside.streams_closed.back() == id);
    } else {
        stage.pass(Millis{5'000});
    }
    const auto bytes = stage.record().bytes_to_viewer;
    CHECK(bytes == 500);

    struct Next : Stage {
        Next() : Stage(with_grace()) {}
    } next;
    next.records.assistances = stage.records.assistances;
    next.records.flush();
    next.clock.advance(Millis{stage.clock.unix_now() - next.clock.unix_now() + 10'000});
    next.hub.restore({{stage.records.resumes.back()}, {{stage.record(), 1}}});
    next.hub.check();
    const auto guest = next.come_back(stage.key, token, {id});
    REQUIRE(next.last<Welcome>(guest));
    CHECK(next.last<Welcome>(guest)->name == stage.last<Welcome>(stage.guest)->name);
    CHECK(next.last<SessionStatus>(guest)->state == SessionState::paused);
    CHECK(next.last<SessionStatus>(guest)->away == Party::operator_);
    const auto anna = next.join_operator(next.anna, {id});
    CHECK(next.last<SessionStream>(anna)->stream == "screen.1.2");
    const auto grant = next.hub.redeem(id, "screen.1.2", next.last<SessionStream>(guest)->token);
    CHECK(std::get<StreamGrant>(grant).first_part == 2);
    next.streaming(id);
    next.say(anna, SessionEnd{id});
    CHECK(next.record().reason == EndReason::operator_);
    CHECK(next.record().streaming == started);
    CHECK(next.record().bytes_to_viewer == 500);
    next.say(anna, control::ReportSave{next.record().assistance, "p", "s", "c", control::Outcome::solved}, 9);
    CHECK(next.last<control::ReportSaved>(anna));
}

TEST_CASE("a recording that was paused stays so when the hub starts anew") {
    Lasting stage;
    const auto id = stage.running();
    stage.say(stage.anna_peer, control::RecordingPause{id, true}, 3);
    Stage next(with_grace());
    next.records.assistances = stage.records.assistances;
    next.records.flush();
    next.hub.restore({{stage.records.resumes.back()}, {{stage.record(), 1}}});
    const auto guest = next.come_back(stage.key, stage.token(stage.guest), {id});
    next.join_operator(next.anna, {id});
    CHECK(next.last<SessionStatus>(guest)->paused_by == Party::operator_);
    const auto grant = next.hub.redeem(id, "screen.1.2", next.last<SessionStream>(guest)->token);
    CHECK_FALSE(std::get<StreamGrant>(grant).recorded);
}

TEST_CASE("sessions that a hub finds have half a minute at least, and end if nobody comes") {
    Lasting stage;
    const auto id = stage.running();
    Stage next(with_grace());
    next.clock.advance(Millis{110'000});
    next.hub.restore({{}, {{stage.record(), 1}}});
    next.pass(Sessions::least_grace - Millis{1});
    CHECK(next.record().state == SessionState::paused);
    next.pass(Millis{1});
    CHECK(next.record().state == SessionState::ended);
    CHECK(next.record().reason == EndReason::drop);
    CHECK(next.record().id == id);
}

TEST_CASE("guests that were there when the hub went down have a week from its start") {
    Lasting stage;
    const auto row = stage.records.resumes.back();
    REQUIRE_FALSE(row.left);
    const auto token = stage.token(stage.guest);
    Stage next(with_grace());
    next.clock.advance(std::chrono::hours(24 * 20));
    next.hub.restore({{row}, {}});
    CHECK(next.records.resumes.back().left == next.clock.unix_now());
    next.pass(Resumptions::absence - Millis{1});
    CHECK(next.last<Welcome>(next.come_back(stage.key, token)));
    auto gone = row;
    gone.left = next.clock.unix_now() - Resumptions::absence.count();
    Stage last(with_grace());
    last.clock.advance(Millis{next.clock.unix_now() - last.clock.unix_now()});
    last.hub.restore({{gone}, {}});
    CHECK(last.refused(last.come_back(stage.key, token)) == Code::cannot_resume);
    CHECK(last.records.resumes.back().gone);
}

TEST_CASE("a ticket is not given out again while its guest may come back") {
    Lasting stage;
    const auto ticket = stage.hub.online().back().ticket;
    stage.leave(stage.guest);
    for (int n = 0; n < 500; ++n) REQUIRE(stage.new_ticket(stage.root) != ticket);
}

TEST_CASE("a key that is none is refused, and its ticket is not used up") {
    Stage stage;
    const auto ticket = stage.new_ticket(stage.anna);
    auto said = hello(control::Role::guest, ticket);
    std::get<Hello>(said.message).key = "00";
    CHECK(stage.hub.guest_joined(100, said, "192.0.2.9") == Code::bad_request);
    CHECK(stage.last<Welcome>(stage.join_guest(ticket)));
}
