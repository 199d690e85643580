#include "rfb-ext/tunnel/visit.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::tunnel;
using namespace std::chrono_literals;

TEST_CASE("a proxy that wants another password is asked again soon only while a session waits") {
    asio::io_context io;
    const LinkTimes times;
    control::Hello hello;
    hello.ticket = "1-E75B1";
    Visit visit(io.get_executor(), Membership(hello, Lasting::yes), Lasting::yes, times);
    LinkFailure failure;
    failure.kind = LinkFailure::Kind::proxy_password;
    SteadyTime now{1h};
    CHECK(visit.pause_after(failure, now) == times.wait_for_people);

    control::SessionStatus status;
    status.session = "1-abc";
    status.state = control::SessionState::streaming;
    visit.membership.heard(control::Message(status));
    visit.comes_back = visit.welcomed = true;
    CHECK(visit.pause_after(failure, now) == 5s);
    now += visit.membership.grace() - 1ms;
    CHECK(visit.pause_after(failure, now) == 5s);
    CHECK(visit.pause_after(failure, now + 1ms) == times.wait_for_people);
}

TEST_CASE("that a session is over is told as urgently as one is gone on with") {
    asio::io_context io;
    const LinkTimes times;
    control::Hello hello;
    hello.ticket = "1-E75B1";
    Visit visit(io.get_executor(), Membership(hello, Lasting::yes), Lasting::yes, times);
    visit.comes_back = visit.welcomed = true;
    visit.membership.agreed("1-abc");
    visit.part_from("1-other", 3, "{}");
    CHECK(visit.partings.empty());
    visit.part_from("1-abc", 4, "{}");
    REQUIRE(visit.partings.size() == 1);
    CHECK_FALSE(visit.membership.has_sessions());
    SteadyTime now{1h};
    LinkFailure failure;
    failure.kind = LinkFailure::Kind::lost;
    for (int i = 0; i < 20; ++i) CHECK(visit.pause_after(failure, now) <= times.wait_in_session);

    control::SessionEnded ended;
    ended.session = "1-abc";
    CHECK_FALSE(visit.settles_parting({ended, 9, std::nullopt}));
    CHECK(visit.partings.empty());
}
