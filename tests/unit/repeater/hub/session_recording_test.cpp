#include <catch2/catch.hpp>

#include "tests/unit/repeater/hub/pair.hpp"

using namespace pronto;
using namespace pronto::hub;
using namespace pronto::control;
using Cause = StreamEnd::Cause;

namespace {

Settings with_pauses(bool by_operator, bool by_guest) {
    Settings settings;
    settings.policy.operator_may_pause = by_operator;
    settings.policy.guest_may_pause = by_guest;
    return settings;
}

}  // namespace

TEST_CASE("a paused recording goes on in a stream of the next generation, with the next part") {
    Pair stage(with_pauses(true, true));
    const auto id = stage.session_in(SessionState::streaming);
    stage.say(stage.anna_peer, RecordingPause{id, true}, 7);
    CHECK(stage.outside.recordings_paused == std::vector{id});
    CHECK(stage.outside.streams_closed.empty());
    CHECK(stage.last<SessionStatus>(stage.guest)->paused_by == Party::operator_);
    CHECK(stage.last_envelope<SessionStatus>(stage.anna_peer)->re == 7U);
    CHECK(stage.record().state == SessionState::streaming);
    CHECK(stage.records.audits.back().action == "recording.pause");
    CHECK(stage.records.audits.back().actor == "anna");

    stage.say(stage.anna_peer, RecordingPause{id, false});
    CHECK(stage.records.audits.back().action == "recording.resume");
    CHECK(stage.outside.streams_closed == std::vector{id});
    CHECK(stage.last<SessionStatus>(stage.guest)->state == SessionState::granted);
    CHECK(stage.last<SessionStatus>(stage.guest)->paused_by == Party::nobody);
    CHECK(stage.last<SessionStream>(stage.guest)->stream == "screen.1.1");  // the old one is not closed yet

    stage.hub.stream_closed(id, 1, {Cause::closed_by_hub, {}, false, {100, 20}, 2});
    stage.hub.check();
    CHECK(stage.last<SessionStream>(stage.guest)->stream == "screen.1.2");
    const auto grant = std::get<StreamGrant>(stage.hub.redeem(id, "screen.1.2", stage.token(stage.guest)));
    CHECK(grant.recorded);
    CHECK(grant.first_part == 3);
    stage.streaming(id);
    CHECK(stage.record().state == SessionState::streaming);
    CHECK(stage.records.audited("session.start") == 1);
    stage.say(stage.anna_peer, SessionEnd{id});
    CHECK(stage.last<SessionEnded>(stage.guest)->bytes_to_viewer == 100);
}

TEST_CASE("who may pause a recording is the policy's to say") {
    for (const bool by_operator : {true, false})
        for (const bool by_guest : {true, false}) {
            Pair stage(with_pauses(by_operator, by_guest));
            const auto id = stage.session_in(SessionState::streaming);
            stage.say(stage.anna_peer, RecordingPause{id, true});
            CHECK((stage.refused(stage.anna_peer) == Code::forbidden) == !by_operator);
            stage.say(stage.guest, RecordingPause{id, true});
            CHECK((stage.refused(stage.guest) == Code::forbidden) == !by_guest);
            CHECK(stage.outside.recordings_paused.empty() == (!by_operator && !by_guest));
        }
}

TEST_CASE("each side ends its own pause only, and what one of them pauses is not recorded") {
    Pair stage(with_pauses(true, true));
    const auto id = stage.session_in(SessionState::streaming);
    for (const bool guest_first : {true, false}) {
        const auto first = guest_first ? stage.guest : stage.anna_peer;
        const auto second = guest_first ? stage.anna_peer : stage.guest;
        const auto closed = stage.outside.streams_closed.size();
        stage.say(first, RecordingPause{id, true});
        stage.forget_heard();
        stage.say(second, RecordingPause{id, false});
        CHECK(stage.refused(second) == Code::forbidden);
        stage.say(second, RecordingPause{id, true});
        CHECK(stage.last<SessionStatus>(first)->paused_by == Party::guest);
        stage.say(first, RecordingPause{id, false});
        CHECK(stage.last<SessionStatus>(first)->paused_by == (guest_first ? Party::operator_ : Party::guest));
        CHECK(stage.outside.streams_closed.size() == closed);
        stage.say(second, RecordingPause{id, false});
        CHECK(stage.outside.streams_closed.size() == closed + 1);
        stage.stream_closed(id, Cause::closed_by_hub);
        stage.streaming(id);
    }
}

TEST_CASE("pausing twice and going on without a pause change nothing; without consent nothing is paused") {
    Pair stage(with_pauses(true, true));
    const auto id = stage.session_in(SessionState::asked);
    stage.say(stage.anna_peer, RecordingPause{id, true});
    CHECK(stage.refused(stage.anna_peer) == Code::conflict);
    stage.say(stage.guest, SessionAnswer{id, true});
    stage.streaming(id);
    stage.say(stage.anna_peer, RecordingPause{id, false});
    CHECK(stage.outside.streams_closed.empty());
    stage.say(stage.anna_peer, RecordingPause{id, true});
    stage.say(stage.anna_peer, RecordingPause{id, true});
    CHECK(stage.records.audited("recording.pause") == 1);
    stage.say(stage.anna_peer, RecordingPause{"1-0000000000000000", true});
    CHECK(stage.refused(stage.anna_peer) == Code::not_found);
}

TEST_CASE("a pause is heeded before the first picture and while the stream opens anew") {
    Pair stage(with_pauses(true, true));
    const auto id = stage.session_in(SessionState::granted);
    CHECK(std::get<StreamGrant>(stage.hub.redeem(id, "screen.1.1", stage.token(stage.guest))).recorded);
    stage.say(stage.guest, RecordingPause{id, true});
    CHECK(stage.outside.recordings_paused == std::vector{id});  // one leg has come
    stage.streaming(id);
    CHECK(stage.outside.streams_closed.empty());
    stage.say(stage.guest, RecordingPause{id, false});
    CHECK(stage.outside.streams_closed == std::vector{id});
    stage.say(stage.guest, RecordingPause{id, true});  // before the new stream is there
    stage.stream_closed(id, Cause::closed_by_hub);
    CHECK_FALSE(std::get<StreamGrant>(stage.hub.redeem(id, "screen.1.2", stage.token(stage.guest))).recorded);
    stage.say(stage.guest, RecordingPause{id, false});  // too late for this stream
    CHECK_FALSE(std::get<StreamGrant>(stage.hub.redeem(id, "screen.1.2", stage.token(stage.anna_peer))).recorded);
    stage.streaming(id);
    CHECK(stage.outside.streams_closed == std::vector{id, id});
    stage.stream_closed(id, Cause::closed_by_hub);
    CHECK(std::get<StreamGrant>(stage.hub.redeem(id, "screen.1.3", stage.token(stage.guest))).recorded);
}

TEST_CASE("going on in the moment in which a leg was lost does not keep the guest busy") {
    Pair stage(with_pauses(true, true));
    const auto id = stage.session_in(SessionState::streaming);
    stage.say(stage.anna_peer, RecordingPause{id, true});
    stage.stream_closed(id, Cause::host_closed);
    stage.say(stage.anna_peer, RecordingPause{id, false});
    stage.pass(Millis{250});
    CHECK(stage.last<SessionEnded>(stage.guest)->reason == EndReason::drop);
}

TEST_CASE("a session that is not recorded cannot be paused") {
    Settings settings = with_pauses(true, true);
    settings.policy.recording = false;
    Pair stage(settings);
    const auto id = stage.session_in(SessionState::streaming);
    stage.say(stage.guest, RecordingPause{id, true});
    CHECK(stage.refused(stage.guest) == Code::conflict);
}

TEST_CASE("a stream that opens while the recording is paused is not recorded") {
    Settings settings = with_pauses(true, false);
    settings.grace = Millis{120'000};
    Pair stage(settings);
    const auto id = stage.session_in(SessionState::streaming);
    stage.say(stage.anna_peer, RecordingPause{id, true});
    stage.stream_closed(id, Cause::host_closed);
    stage.pass(Stage::last_words);
    const auto grant = std::get<StreamGrant>(stage.hub.redeem(id, "screen.1.2", stage.token(stage.guest)));
    CHECK_FALSE(grant.recorded);
}

TEST_CASE("a session whose stream does not open anew in time is lost") {
    Pair stage(with_pauses(true, false));
    const auto id = stage.session_in(SessionState::streaming);
    stage.say(stage.anna_peer, RecordingPause{id, true});
    stage.say(stage.anna_peer, RecordingPause{id, false});
    stage.stream_closed(id, Cause::closed_by_hub);
    stage.pass(Millis{30'000});
    CHECK(stage.last<SessionEnded>(stage.guest)->reason == EndReason::drop);
}
