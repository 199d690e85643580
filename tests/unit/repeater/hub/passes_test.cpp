#include "repeater/hub/passes.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::hub;

namespace {

UsedPass wish(std::int64_t account = 1) {
    return {{account, "anna", false, "hash"}, 42, control::Mode::view, "secret"};
}
Passes::Issued issued(Passes& passes, const UsedPass& what = wish()) {
    return std::get<Passes::Issued>(passes.issue(what));
}
auto is(const std::string& pass) {
    return [pass](std::string_view live) { return live == pass; };
}

}  // namespace

TEST_CASE("a pass is 8 characters that nobody mixes up, its number 9 digits; both are new each time") {
    ManualClock clock;
    Passes passes(clock);
    std::set<std::string> seen;
    for (int i = 0; i < 20; ++i) {
        const auto one = issued(passes);
        CHECK(one.pass.size() == 8);
        CHECK(one.pass.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz") == std::string::npos);
        CHECK(one.number.size() == 9);
        CHECK(one.number.find_first_not_of("0123456789") == std::string::npos);
        CHECK(one.number.front() != '0');
        seen.insert(one.pass);
        seen.insert(one.number);
    }
    CHECK(seen.size() == 40);
}

TEST_CASE("a pass opens once, by its text or by its number, what it was issued for") {
    ManualClock clock;
    Passes passes(clock);
    const auto one = issued(passes);
    const auto two = issued(passes);
    const auto used = passes.use(is(one.pass));
    REQUIRE(used);
    CHECK(used->account.name == "anna");
    CHECK(used->target == 42);
    CHECK(used->mode == control::Mode::view);
    CHECK(used->host_password == "secret");
    CHECK_FALSE(passes.use(is(one.pass)));
    CHECK_FALSE(passes.use_number(one.number));
    CHECK(passes.use_number(two.number));
    CHECK_FALSE(passes.use(is(two.pass)));
    CHECK(passes.live() == 0);
    CHECK_FALSE(passes.next_deadline());
}

TEST_CASE("whoever shows a pass is held against every live one, right or wrong") {
    ManualClock clock;
    Passes passes(clock);
    std::vector<Passes::Issued> all;
    for (int i = 0; i < 5; ++i) all.push_back(issued(passes));
    for (const auto& right : {all[0].pass, all[4].pass, std::string("wrong")}) {
        const auto live = passes.live();
        std::size_t asked = 0;
        passes.use([&](std::string_view pass) {
            ++asked;
            return pass == right;
        });
        CHECK(asked == live);
    }
    CHECK_FALSE(passes.use_number("12"));
    CHECK_FALSE(passes.use_number(""));
}

TEST_CASE("a pass lives to its last millisecond") {
    ManualClock clock;
    Passes passes(clock);
    const auto in_time = issued(passes);
    const auto late = issued(passes);
    CHECK(in_time.expires == clock.unix_now() + 60'000);
    CHECK(passes.next_deadline() == clock.now() + Millis{60'000});
    clock.advance(Millis{59'999});
    CHECK(passes.use(is(in_time.pass)));
    clock.advance(Millis{1});
    CHECK_FALSE(passes.use(is(late.pass)));
    CHECK(passes.live() == 0);
}

TEST_CASE("one operator has 20 passes at once, the hub 2,000") {
    ManualClock clock;
    Passes passes(clock);
    for (int i = 0; i < 20; ++i) issued(passes);
    CHECK(std::get<control::Error>(passes.issue(wish())).code == control::Code::too_many_attempts);
    for (std::int64_t other = 2; passes.live() < Passes::most; ++other)
        for (int i = 0; i < 20; ++i) issued(passes, wish(other));
    CHECK(std::get<control::Error>(passes.issue(wish(1'000))).code == control::Code::overloaded);
    clock.advance(Passes::life);
    passes.tick();
    CHECK(passes.live() == 0);
    issued(passes);
}

TEST_CASE("a disabled account's passes are over, and those of its older password") {
    ManualClock clock;
    Passes passes(clock);
    issued(passes, wish(1));
    issued(passes, wish(2));
    issued(passes, wish(3));
    passes.keep({{1, "hash"}, {2, "another hash"}});
    CHECK(passes.live() == 1);
    CHECK(passes.next_deadline());
}
