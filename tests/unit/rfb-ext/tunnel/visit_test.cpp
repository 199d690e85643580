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
