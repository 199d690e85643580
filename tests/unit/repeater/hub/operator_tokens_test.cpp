#include "repeater/hub/operator_tokens.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/repeater/hub/fakes.hpp"

using namespace pronto;
using namespace pronto::hub;

namespace {
const Account anna{1, "anna", false};
const Account bert{2, "bert", true};
}  // namespace

TEST_CASE("a token tells whose it is") {
    ManualClock clock;
    FakeRecords records;
    OperatorTokens tokens(clock, records);
    const auto a = tokens.issue(anna);
    const auto b = tokens.issue(bert);
    CHECK(a.token != b.token);
    CHECK(a.expires == clock.unix_now() + OperatorTokens::longest_life.count());
    CHECK(tokens.check(a.token) == anna);
    CHECK(tokens.check(b.token) == bert);
    CHECK_FALSE(tokens.check(""));
    CHECK_FALSE(tokens.check(a.token + "x"));
}

TEST_CASE("an idle token dies at thirty minutes, a used one lives") {
    ManualClock clock;
    FakeRecords records;
    OperatorTokens tokens(clock, records);
    const auto used = tokens.issue(anna);
    const auto idle = tokens.issue(anna);
    clock.advance(OperatorTokens::longest_idle - Millis{1});
    CHECK(tokens.check(used.token));
    clock.advance(Millis{1});
    CHECK_FALSE(tokens.check(idle.token));
    CHECK(tokens.check(used.token));
}

TEST_CASE("no token outlives twelve hours") {
    ManualClock clock;
    FakeRecords records;
    OperatorTokens tokens(clock, records);
    const auto token = tokens.issue(anna).token;
    for (int minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
        clock.advance(std::chrono::minutes(20));
        REQUIRE(tokens.check(token));
    }
    clock.advance(std::chrono::minutes(20));
    CHECK_FALSE(tokens.check(token));
}

TEST_CASE("logging out ends one token, disabling an account or a new password all of its tokens") {
    ManualClock clock;
    FakeRecords records;
    OperatorTokens tokens(clock, records);
    const auto first = tokens.issue(anna).token;
    const auto second = tokens.issue(anna).token;
    const auto third = tokens.issue(anna).token;
    const auto other = tokens.issue(bert).token;
    tokens.revoke(first);
    tokens.revoke("never issued");
    CHECK_FALSE(tokens.check(first));
    CHECK(tokens.check(second));
    const auto stale = tokens.issue({7, "carla", false, "old hash"}).token;
    const auto fresh = tokens.issue({7, "carla", false, "new hash"}).token;
    tokens.keep({{bert.id, bert.credential}, {7, "new hash"}});
    CHECK_FALSE(tokens.check(stale));
    CHECK(tokens.check(fresh));
    CHECK_FALSE(tokens.check(second));
    CHECK_FALSE(tokens.check(third));
    CHECK(tokens.check(other));
}

TEST_CASE("one operator's log-ins are bounded: the idlest goes") {
    ManualClock clock;
    FakeRecords records;
    OperatorTokens tokens(clock, records);
    const auto first = tokens.issue(anna).token;
    clock.advance(Millis{1});
    const auto second = tokens.issue(anna).token;
    clock.advance(Millis{1});
    tokens.check(first);
    for (int i = 0; i < 999; ++i) {
        clock.advance(Millis{1});
        tokens.issue(anna);
    }
    CHECK(tokens.check(first));
    CHECK_FALSE(tokens.check(second));
}

TEST_CASE("a log-in outlives the hub that gave it, with its idleness and its end") {
    ManualClock clock;
    FakeRecords records;
    const Account with{1, "anna", false, "$argon2id$x"};
    OperatorTokens before(clock, records);
    const auto token = before.issue(with).token;
    clock.advance(OperatorTokens::longest_idle - Millis{1'000});
    REQUIRE(before.check(token));
    REQUIRE(records.tokens.size() == 2);
    const auto kept = records.tokens.back();
    CHECK(kept.token_sha256.find(token) == std::string::npos);
    CHECK(kept.used - kept.issued == (OperatorTokens::longest_idle - Millis{1'000}).count());

    clock.advance(Millis{60'000});
    OperatorTokens after(clock, records);
    after.restore({kept}, {with});
    CHECK(after.check(token) == with);
    clock.advance(OperatorTokens::longest_idle);
    CHECK_FALSE(after.check(token));
    CHECK(records.tokens.back().gone);
}

TEST_CASE("a log-in does not outlive its credential, its account or itself while the hub is down") {
    ManualClock clock;
    FakeRecords records;
    const Account with{1, "anna", false, "$argon2id$x"};
    OperatorTokens before(clock, records);
    const auto token = before.issue(with).token;
    const auto kept = records.tokens.back();
    const auto good_after = [&](const std::vector<Account>& enabled) {
        OperatorTokens after(clock, records);
        after.restore({kept}, enabled);
        return after.check(token).has_value();
    };
    CHECK(good_after({with}));
    CHECK_FALSE(good_after({}));
    CHECK(records.tokens.back().gone);
    CHECK_FALSE(good_after({{1, "anna", false, "$argon2id$y"}}));
    clock.advance(OperatorTokens::longest_idle);
    CHECK_FALSE(good_after({with}));
}

TEST_CASE("using a token all the time is not written down all the time") {
    ManualClock clock;
    FakeRecords records;
    OperatorTokens tokens(clock, records);
    const auto token = tokens.issue(anna).token;
    for (int second = 0; second < 120; ++second) {
        clock.advance(Millis{1'000});
        REQUIRE(tokens.check(token));
    }
    CHECK(records.tokens.size() == 3);
}
