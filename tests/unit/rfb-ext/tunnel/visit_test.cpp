#include "rfb-ext/tunnel/visit.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::tunnel;
using namespace std::chrono_literals;

namespace {

struct Visited {
    asio::io_context io;
    const LinkTimes times;
    Visit visit{io.get_executor(), Membership(guest(), Lasting::yes), Lasting::yes, times};

    static control::Hello guest() {
        control::Hello hello;
        hello.ticket = "1-E75B1";
        return hello;
    }
};

}  // namespace

TEST_CASE("a proxy that wants another password is asked again soon only while a session waits") {
    Visited stage;
    LinkFailure failure;
    failure.kind = LinkFailure::Kind::proxy_password;
    SteadyTime now{1h};
    CHECK(stage.visit.pause_after(failure, now) == stage.times.wait_for_people);

    control::SessionStatus status;
    status.session = "1-abc";
    status.state = control::SessionState::streaming;
    stage.visit.membership.heard(control::Message(status));
    stage.visit.comes_back = stage.visit.welcomed = true;
    CHECK(stage.visit.pause_after(failure, now) == 5s);
    now += stage.visit.membership.grace() - 1ms;
    CHECK(stage.visit.pause_after(failure, now) == 5s);
    CHECK(stage.visit.pause_after(failure, now + 1ms) == stage.times.wait_for_people);
}

TEST_CASE("that a session is over is told as urgently as one is gone on with") {
    Visited stage;
    stage.visit.comes_back = stage.visit.welcomed = true;
    stage.visit.membership.agreed("1-abc");
    stage.visit.part_from("1-other", 3, "{}");
    CHECK(stage.visit.partings.empty());
    stage.visit.part_from("1-abc", 4, "{}");
    REQUIRE(stage.visit.partings.size() == 1);
    CHECK_FALSE(stage.visit.membership.has_sessions());
    SteadyTime now{1h};
    LinkFailure failure;
    failure.kind = LinkFailure::Kind::lost;
    for (int i = 0; i < 20; ++i) CHECK(stage.visit.pause_after(failure, now) <= stage.times.wait_in_session);

    control::SessionEnded ended;
    ended.session = "1-abc";
    CHECK_FALSE(stage.visit.settles_parting({ended, 9, std::nullopt}));
    CHECK(stage.visit.partings.empty());
}
