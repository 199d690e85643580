#include "tests/unit/repeater/hub/lasting.hpp"

using namespace pronto;
using namespace pronto::hub;
using control::Code;
using control::Hello;
using control::ResumeKey;
using control::Welcome;

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
