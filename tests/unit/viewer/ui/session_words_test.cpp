#include "viewer/ui/session_words.hpp"

#include <catch2/catch.hpp>

#include "viewer/model/session.hpp"

using namespace pronto;
using namespace pronto::viewer;
using control::EndReason;
using control::SessionState;

namespace {

Session session_in(SessionState state) {
    Session session;
    session.guest_name = "NETCECK-210EB";
    session.state = state;
    return session;
}

Session ended(EndReason reason, bool seen) {
    auto session = session_in(SessionState::ended);
    session.reason = reason;
    if (seen) session.first_picture_ms = 120;
    return session;
}

}  // namespace

TEST_CASE("waiting says for what") {
    CHECK(state_in_words(session_in(SessionState::asked)) == "Asking NETCECK-210EB for consent…");
    CHECK(state_in_words(session_in(SessionState::granted)) == "NETCECK-210EB agreed. Opening the screen…");
    auto ending = session_in(SessionState::asked);
    ending.ending = true;
    CHECK(state_in_words(ending) == "Ending the session…");
    ending.state = SessionState::ended;
    ending.reason = EndReason::operator_;
    CHECK(state_in_words(ending) == "You no longer ask NETCECK-210EB");
}

TEST_CASE("a session under way says whether it is recorded") {
    auto session = session_in(SessionState::streaming);
    CHECK(state_in_words(session) == "Waiting for the first picture…");
    session.screen = Session::Screen::showing;
    session.recorded = true;
    CHECK(state_in_words(session) == "Remote control, recorded");
    session.mode = control::Mode::view;
    session.paused_by = control::Party::guest;
    CHECK(state_in_words(session) == "View only, recording paused by the guest");
    session.paused_by = control::Party::operator_;
    CHECK(state_in_words(session) == "View only, recording paused");
    session.recorded = false;
    CHECK(state_in_words(session) == "View only, not recorded");
}

TEST_CASE("every end has its own words") {
    CHECK(end_in_words(ended(EndReason::operator_, true)).heading == "You ended the session");
    CHECK(end_in_words(ended(EndReason::guest, true)).heading == "NETCECK-210EB ended the session");
    CHECK(end_in_words(ended(EndReason::refused, false)).heading == "NETCECK-210EB said no");
    CHECK(end_in_words(ended(EndReason::timed_out, false)).heading == "NETCECK-210EB did not answer in time");
    CHECK(end_in_words(ended(EndReason::drop, true)).heading == "The connection with NETCECK-210EB broke");
    CHECK(end_in_words(ended(EndReason::hub_stopped, true)).heading == "The hub was stopped");
    CHECK(end_in_words(ended(EndReason::interrupted, true)).heading == "The session was interrupted");
}

TEST_CASE("who ended a session is said once; a reason that was given is said, too") {
    auto session = ended(EndReason::guest, true);
    session.message = "NETCECK-210EB ended the session.";
    CHECK(end_in_words(session).reason == "");
    session.message = "This computer's screen cannot be shared any more.";
    CHECK(end_in_words(session).reason == session.message);
    session = ended(EndReason::operator_, true);
    session.message = "ada ended the session.";
    CHECK(end_in_words(session).reason == "");
    session.joined = true;  // "The session was ended", but by whom?
    CHECK(end_in_words(session).reason == session.message);
}

TEST_CASE("a refusal by the hub is not put into the guest's mouth") {
    auto session = ended(EndReason::refused, false);
    session.error = control::Error{control::Code::busy, "A colleague is helping.", "Try later."};
    CHECK(end_in_words(session).heading == "No session with NETCECK-210EB");
    CHECK(end_in_words(session).more() == "A colleague is helping. Try later.");
}

TEST_CASE("a session that was seen tells how long it took and what it cost") {
    auto session = ended(EndReason::guest, true);
    session.duration_ms = 125'000;
    session.bytes_to_viewer = 1'500'000;
    session.message = "Bye.";
    CHECK(end_in_words(session).more().find("Bye. It took 2 min 05 s; ") == 0);
    session.first_picture_ms.reset();
    CHECK(end_in_words(session).more() == "Bye.");
}

TEST_CASE("durations as people say them") {
    CHECK(duration_in_words(0) == "0 s");
    CHECK(duration_in_words(59'400) == "59 s");
    CHECK(duration_in_words(60'000) == "1 min 00 s");
    CHECK(duration_in_words(7'530'000) == "2 h 05 min");
}

TEST_CASE("a session that was joined says who else is in it, and is left rather than ended") {
    auto session = session_in(SessionState::requested);
    session.joined = true;
    CHECK(state_in_words(session) == "Joining the session with NETCECK-210EB…");
    session.state = SessionState::streaming;
    session.screen = Session::Screen::showing;
    session.leg = 2;
    session.viewers = {{1, "bruno", control::Mode::control}, {2, "anna", control::Mode::view}};
    session.mode = control::Mode::view;
    CHECK(state_in_words(session) == "View only, not recorded, with bruno");
    session.state = SessionState::ended;
    session.reason = EndReason::operator_;
    CHECK(state_in_words(session) == "The session was ended");
    session.ending = true;
    CHECK(state_in_words(session) == "You left the session");
}

TEST_CASE("a session that is offered to another viewer waits for it") {
    auto session = session_in(GENERATE(SessionState::granted, SessionState::streaming));
    session.screen = Session::Screen::offered;
    CHECK(state_in_words(session) == "Waiting for a viewer…");
}

TEST_CASE("an interrupted session says whose connection is awaited, and for how long") {
    Session session;
    session.guest_name = "NETCECK-210EB";
    session.state = SessionState::paused;
    session.first_picture_ms = 1;
    session.resumes_until = 205'000;
    session.away = control::Party::guest;
    CHECK(pause_in_words(session, "", 100'000).heading == "NETCECK-210EB is not connected");
    CHECK(pause_in_words(session, "", 100'000).more == "The session goes on by itself if it comes back within 1:45.");
    CHECK(pause_in_words(session, "", 100'001).more == "The session goes on by itself if it comes back within 1:45.");
    CHECK(pause_in_words(session, "", 300'000).more == "The session goes on by itself if it comes back within 0:00.");
    session.unconfirmed = true;
    CHECK(pause_in_words(session, "Connection lost; trying again in 4 s", 100'000).heading == "Connection lost; trying again in 4 s");
    CHECK(pause_in_words(session, "", 100'000).more == "The session goes on by itself if the connection comes back within 1:45.");
    session.unconfirmed = false;
    session.away = control::Party::nobody;
    CHECK(pause_in_words(session, "", 100'000).heading == "Opening the screen again…");
    CHECK(pause_in_words(session, "", 100'000).more.empty());
    session.ending = true;
    CHECK(pause_in_words(session, "", 100'000).heading == "Ending the session…");
}
