#include "tests/unit/repeater/hub/lasting.hpp"

using namespace pronto;
using namespace pronto::hub;
using control::EndReason;
using control::Party;
using control::SessionEnd;
using control::SessionState;
using control::SessionStatus;
using control::SessionStream;
using control::Welcome;

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
    Restarted next(stage);
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
    Restarted next(stage);
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

    Restarted next(stage);
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
    Restarted next(stage);
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
    Restarted next(stage);
    next.clock.advance(Millis{110'000});
    next.hub.restore({{}, {{stage.record(), 1}}});
    next.pass(Sessions::least_grace - Millis{1});
    CHECK(next.record().state == SessionState::paused);
    next.pass(Millis{1});
    CHECK(next.record().state == SessionState::ended);
    CHECK(next.record().reason == EndReason::drop);
    CHECK(next.record().id == id);
}
