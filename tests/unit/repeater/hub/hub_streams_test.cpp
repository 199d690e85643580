#include <catch2/catch.hpp>

#include "tests/unit/repeater/hub/pair.hpp"

using namespace pronto;
using namespace pronto::hub;
using namespace pronto::control;
using Cause = StreamEnd::Cause;

namespace {

Settings with_grace(Millis grace) {
    Settings settings;
    settings.grace = grace;
    return settings;
}

}  // namespace

TEST_CASE("a stream token is used up by the first try, right or wrong") {
    Pair stage;
    const auto id = stage.session_in(SessionState::granted);
    const auto token = stage.token(stage.guest);
    CHECK(stage.opens(id, "screen.1.1", token));
    CHECK_FALSE(stage.opens(id, "screen.1.1", token));
    const auto viewer = stage.token(stage.anna_peer);
    CHECK_FALSE(stage.opens(id, "screen.1.2", viewer));
    CHECK_FALSE(stage.opens(id, "screen.1.1", viewer));
}

TEST_CASE("a stream carries the clipboard only where control and the policy allow it") {
    for (const bool policy : {true, false})
        for (const auto mode : {Mode::control, Mode::view}) {
            Settings settings;
            settings.policy.clipboard = policy;
            Pair stage(settings);
            const auto id = stage.Stage::session_in(SessionState::granted, stage.anna_peer, stage.guest, mode);
            const auto grant = std::get<StreamGrant>(stage.hub.redeem(id, "screen.1.1", stage.token(stage.guest)));
            CHECK(grant.clipboard == (policy && mode == Mode::control));
        }
}

TEST_CASE("a stream token opens its own session only") {
    Pair stage;
    const auto id = stage.session_in(SessionState::granted);
    const auto other_guest = stage.join_guest();
    const auto other = stage.Stage::session_in(SessionState::granted, stage.anna_peer, other_guest);
    CHECK_FALSE(stage.opens(id, "screen.1.1", stage.token(other_guest)));
    CHECK_FALSE(stage.opens(other, "screen.1.1", stage.token(stage.guest)));
    CHECK_FALSE(stage.opens(id, "screen.1.1", ""));
    CHECK_FALSE(stage.opens("1-0000000000000000", "screen.1.1", stage.token(stage.anna_peer)));
}

TEST_CASE("a stream token dies with its time and with its session") {
    Settings settings;
    settings.stream_token_life = Millis{20'000};
    Pair stage(settings);
    const auto id = stage.session_in(SessionState::granted);
    stage.clock.advance(Millis{19'999});
    CHECK(stage.opens(id, "screen.1.1", stage.token(stage.guest)));
    stage.clock.advance(Millis{1});
    CHECK_FALSE(stage.opens(id, "screen.1.1", stage.token(stage.anna_peer)));

    stage.say(stage.anna_peer, SessionEnd{id});
    const auto second = stage.session_in(SessionState::granted);
    stage.say(stage.anna_peer, SessionEnd{second});
    CHECK_FALSE(stage.opens(second, "screen.1.1", stage.token(stage.guest)));
}

TEST_CASE("no token is issued before the guest has agreed") {
    Pair stage;
    stage.session_in(SessionState::asked);
    CHECK_FALSE(stage.last<SessionStream>(stage.anna_peer));
    CHECK_FALSE(stage.last<SessionStream>(stage.guest));
}

TEST_CASE("legs that do not come in thirty seconds end the session") {
    Pair stage;
    const auto id = stage.session_in(SessionState::granted);
    CHECK(stage.hub.next_deadline() == stage.clock.now() + Millis{30'000});
    stage.pass(Millis{29'999});
    CHECK_FALSE(stage.last<SessionEnded>(stage.anna_peer));
    stage.pass(Millis{1});
    CHECK(stage.last<SessionEnded>(stage.anna_peer)->reason == EndReason::drop);
    CHECK(stage.last<SessionEnded>(stage.guest)->duration_ms == 0);
    CHECK(stage.outside.streams_closed == std::vector{id});
    stage.streaming(id);
    CHECK(stage.outside.streams_closed == std::vector{id, id});
    CHECK(stage.record().state == SessionState::ended);
}

TEST_CASE("without grace a lost leg drops the session, with the bytes that passed") {
    for (const auto cause : {Cause::host_closed, Cause::viewer_closed, Cause::closed_by_hub}) {
        Pair stage;
        const auto id = stage.session_in(SessionState::streaming);
        stage.outside.traffics[id] = {77, 77};
        stage.clock.advance(Millis{1'500});
        stage.stream_closed(id, cause, {}, {100, 20});
        stage.pass(Millis{249});
        CHECK_FALSE(stage.last<SessionEnded>(stage.guest));
        stage.pass(Millis{1});
        const auto* ended = stage.last<SessionEnded>(stage.guest);
        REQUIRE(ended);
        CHECK(ended->reason == EndReason::drop);
        CHECK(ended->bytes_to_viewer == 100);
        CHECK(ended->bytes_to_host == 20);
        CHECK(ended->duration_ms == 1'750);
        const bool blames_anna = ended->message.find("anna") != std::string::npos;
        CHECK(blames_anna == (cause == Cause::viewer_closed));
    }
}

TEST_CASE("legs that join and break before the first picture drop the session") {
    Pair stage;
    const auto id = stage.session_in(SessionState::granted);
    stage.stream_closed(id, Cause::host_closed);
    stage.pass(Millis{250});
    CHECK(stage.last<SessionEnded>(stage.anna_peer)->reason == EndReason::drop);
}

TEST_CASE("a leg that ends just before its side says why is no drop") {
    for (const bool by_guest : {true, false}) {
        Pair stage;
        const auto id = stage.session_in(SessionState::streaming);
        stage.stream_closed(id, by_guest ? Cause::host_closed : Cause::viewer_closed, {}, {100, 20});
        stage.pass(Millis{249});
        stage.say(by_guest ? stage.guest : stage.anna_peer, SessionEnd{id}, 5);
        CHECK(stage.record().reason == (by_guest ? EndReason::guest : EndReason::operator_));
        CHECK(stage.record().bytes_to_viewer == 100);
        stage.forget_heard();
        stage.pass(Millis{1'000});
        CHECK(stage.hears_nothing(stage.anna_peer));
    }
}

TEST_CASE("the bytes of a running session are written down every few seconds, if there are new ones") {
    Pair stage;
    const auto id = stage.session_in(SessionState::streaming);
    const auto saved = stage.records.sessions.size();
    stage.outside.traffics[id] = {1'000, 10};
    stage.pass(Millis{4'999});
    CHECK(stage.records.sessions.size() == saved);
    stage.pass(Millis{1});
    CHECK(stage.records.sessions.size() == saved + 1);
    CHECK(stage.record().bytes_to_viewer == 1'000);
    CHECK(stage.record().bytes_to_host == 10);
    CHECK(stage.record().state == SessionState::streaming);
    stage.pass(Millis{5'000});
    CHECK(stage.records.sessions.size() == saved + 1);
    stage.say(stage.guest, SessionEnd{id});
    stage.pass(Millis{5'000});
    CHECK_FALSE(stage.hub.next_deadline() == stage.clock.now());
}

TEST_CASE("a violation and a failed recording end the session whatever the grace, and say why") {
    for (const auto cause : {Cause::violation, Cause::recording_failed}) {
        Pair stage(with_grace(Millis{120'000}));
        const auto id = stage.session_in(SessionState::streaming);
        stage.stream_closed(id, cause, "the disk is full");
        CHECK(stage.record().reason == EndReason::drop);
        CHECK(stage.last<SessionEnded>(stage.guest)->message.find("the disk is full") != std::string::npos);
    }
}

TEST_CASE("streams of a session that is over or never was are closed or ignored") {
    Pair stage;
    stage.streaming("1-0000000000000000");
    CHECK(stage.outside.streams_closed.size() == 1);
    stage.stream_closed("1-0000000000000000", Cause::host_closed);
    CHECK(stage.records.sessions.empty());
    const auto id = stage.session_in(SessionState::asked);
    stage.streaming(id);
    CHECK(stage.record().state == SessionState::asked);
}

TEST_CASE("with grace a lost leg pauses the session and both sides get tokens for the next generation") {
    Pair stage(with_grace(Millis{120'000}));
    const auto id = stage.session_in(SessionState::streaming);
    const auto old = stage.token(stage.guest);
    const auto started = *stage.record().streaming;
    stage.stream_closed(id, Cause::host_closed, {}, {100, 20});
    CHECK(stage.record().state == SessionState::streaming);  // its side may be about to say that it ends
    stage.pass(Stage::last_words);
    CHECK(stage.record().state == SessionState::paused);
    CHECK(stage.last<SessionStatus>(stage.anna_peer)->state == SessionState::paused);
    CHECK(stage.last<SessionStatus>(stage.guest)->state == SessionState::paused);
    CHECK_FALSE(stage.last<SessionEnded>(stage.guest));
    CHECK(stage.last<SessionStream>(stage.guest)->stream == "screen.1.2");
    CHECK_FALSE(stage.opens(id, "screen.1.1", old));
    CHECK(stage.opens(id, "screen.1.2", stage.token(stage.guest)));
    CHECK(stage.opens(id, "screen.1.2", stage.token(stage.anna_peer)));

    stage.clock.advance(Millis{5'000});
    stage.streaming(id);
    CHECK(stage.record().state == SessionState::streaming);
    CHECK(stage.record().streaming == started);
    CHECK(stage.records.audited("session.start") == 1);
    CHECK(stage.records.participants.size() == 2);
    stage.outside.traffics[id] = {50, 5};
    stage.say(stage.anna_peer, SessionEnd{id});
    CHECK(stage.last<SessionEnded>(stage.guest)->bytes_to_viewer == 150);
    CHECK(stage.last<SessionEnded>(stage.guest)->bytes_to_host == 25);
    CHECK(stage.last<SessionEnded>(stage.guest)->duration_ms == 5'250);
}

TEST_CASE("a paused session ends at its very deadline, which losing a leg again does not move") {
    Pair stage(with_grace(Millis{120'000}));
    const auto id = stage.session_in(SessionState::paused);
    const auto deadline = stage.clock.now() + Millis{120'000};
    stage.pass(Millis{5'000});
    REQUIRE(stage.opens(id, "screen.1.2", stage.token(stage.guest)));
    stage.stream_closed(id, Cause::viewer_closed);
    CHECK(stage.last<SessionStatus>(stage.anna_peer)->resume_within_ms == 120'000);
    stage.pass(Millis{1'000});
    CHECK(stage.last<SessionStream>(stage.anna_peer)->stream == "screen.1.3");
    const auto left = [&] { return std::chrono::duration_cast<Millis>(deadline - stage.clock.now()); };
    while (*stage.hub.next_deadline() < deadline) stage.pass(Millis{1'000});
    stage.pass(left() - Millis{1});
    CHECK(stage.hub.next_deadline() == deadline);
    CHECK_FALSE(stage.last<SessionEnded>(stage.guest));
    stage.pass(Millis{1});
    CHECK(stage.last<SessionEnded>(stage.guest)->reason == EndReason::drop);
    CHECK(stage.record().state == SessionState::ended);
}

TEST_CASE("a paused session can be ended by either side, and by a guest that cannot come back") {
    for (const int how : {0, 1, 2}) {
        Pair stage(with_grace(Millis{120'000}));
        const auto id = stage.session_in(SessionState::paused);
        if (how == 0) stage.say(stage.anna_peer, SessionEnd{id});
        if (how == 1) stage.say(stage.guest, SessionEnd{id});
        if (how == 2) stage.leave(stage.guest);
        const std::array reasons{EndReason::operator_, EndReason::guest, EndReason::drop};
        CHECK(stage.record().reason == reasons[static_cast<std::size_t>(how)]);
        stage.hub.check();
    }
}

TEST_CASE("recordings are saved as they come, and a failed one is audited") {
    Pair stage;
    RecordingRecord row{"1-0", 1, "1-0.part1.fbs", RecordingState::writing, 5, 0, 0, {}};
    stage.hub.recording_changed(row);
    CHECK(stage.records.recordings == std::vector{row});
    CHECK(stage.records.audited("recording.fail") == 0);
    row.state = RecordingState::failed;
    row.detail = "no space";
    stage.hub.recording_changed(row);
    CHECK(stage.records.audits.back().detail == "no space");
}
