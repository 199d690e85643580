#include "rfb-ext/tunnel/membership.hpp"

#include <catch2/catch.hpp>

using namespace pronto;
using namespace pronto::tunnel;
using control::SessionState;

namespace {

control::Hello guest() {
    control::Hello hello;
    hello.ticket = "1-E75B1";
    return hello;
}

control::Welcome welcome(std::string resume = "token-1") {
    control::Welcome said;
    said.resume = std::move(resume);
    said.grace_ms = 90'000;
    return said;
}

control::SessionStatus status(std::string session, SessionState state) {
    control::SessionStatus said;
    said.session = std::move(session);
    said.state = state;
    return said;
}

}  // namespace

TEST_CASE("a guest comes with its ticket and a key, and comes back with the token and a proof") {
    Membership membership(guest(), Lasting::yes);
    const auto first = membership.hello();
    CHECK(first.ticket == "1-E75B1");
    CHECK(control::is_resume_key(first.key));
    CHECK_FALSE(membership.can_come_back());
    membership.welcomed(welcome());
    CHECK(membership.can_come_back());
    CHECK(membership.grace() == Millis(90'000));
    membership.welcomed(welcome("token-2"));
    const auto next = membership.hello();
    CHECK(next.ticket + next.key == "");
    CHECK(next.resume == "token-2");
    CHECK(control::proves(first.key, "token-2", next.proof));
}

TEST_CASE("another run of the program is the same guest") {
    Membership before(guest(), Lasting::yes);
    const auto key = before.hello().key;
    before.welcomed(welcome());
    before.heard(status("1-a", SessionState::streaming));
    const auto kept = before.resume();
    REQUIRE(kept);
    const auto after = Membership::resumed(guest(), *kept);
    REQUIRE(after);
    CHECK(after->hello().ticket == "");
    CHECK(after->hello().sessions == std::vector<std::string>{"1-a"});
    CHECK(control::proves(key, "token-1", after->hello().proof));
    CHECK_FALSE(Membership::resumed(guest(), {kept->token, Secret("nonsense"), {}}));
    CHECK_FALSE(Membership::resumed(guest(), {Secret(), kept->key, {}}));
}

TEST_CASE("a guest that the hub gives no token, and one that is not to last, cannot come back") {
    Membership old_hub(guest(), Lasting::yes);
    old_hub.welcomed(welcome(""));
    CHECK_FALSE(old_hub.can_come_back());
    CHECK_FALSE(old_hub.resume());
    Membership once(guest(), Lasting::no);
    CHECK(once.hello() == guest());
}

TEST_CASE("an operator comes back as himself") {
    control::Hello hello;
    hello.role = control::Role::operator_;
    Membership membership(hello, Lasting::yes);
    CHECK(membership.hello() == hello);
    membership.welcomed(welcome(""));
    CHECK(membership.can_come_back());
    CHECK_FALSE(membership.resume());
    membership.heard(status("1-a", SessionState::granted));
    hello.sessions = {"1-a"};
    CHECK(membership.hello() == hello);
}

TEST_CASE("sessions go on that were granted and did not end") {
    Membership membership(guest(), Lasting::yes);
    membership.welcomed(welcome());
    for (const auto state : {SessionState::requested, SessionState::asked}) membership.heard(status("1-early", state));
    CHECK_FALSE(membership.has_sessions());
    membership.heard(status("1-a", SessionState::granted));
    CHECK_FALSE(membership.is_shown());
    membership.heard(status("1-b", SessionState::streaming));
    membership.heard(status("1-b", SessionState::paused));
    CHECK(membership.is_shown());
    membership.heard(status("1-c", SessionState::paused));
    CHECK(membership.is_shown());
    CHECK(membership.hello().sessions == std::vector<std::string>{"1-a", "1-b", "1-c"});
    control::SessionEnded ended;
    ended.session = "1-b";
    membership.heard(ended);
    membership.left("1-c");
    CHECK(membership.hello().sessions == std::vector<std::string>{"1-a"});
    CHECK_FALSE(membership.is_shown());
    for (int i = 0; i < 500; ++i) membership.heard(status("2-" + std::to_string(i), SessionState::granted));
    CHECK(membership.hello().sessions.size() == control::most_resumed);
}

TEST_CASE("a session that the guest has agreed to goes on although the hub has not said so yet") {
    Membership membership(guest(), Lasting::yes);
    membership.welcomed(welcome());
    membership.agreed("1-a");
    CHECK(membership.hello().sessions == std::vector<std::string>{"1-a"});
    CHECK_FALSE(membership.is_shown());
    membership.heard(status("1-a", SessionState::streaming));
    membership.agreed("1-a");  // to one more who looks on
    CHECK(membership.is_shown());
    for (int i = 0; i < 500; ++i) membership.agreed("2-" + std::to_string(i));
    CHECK(membership.hello().sessions.size() == control::most_resumed);
}

TEST_CASE("the hub is heard often once it has said on this connection that a session is there") {
    const auto state = GENERATE(SessionState::streaming, SessionState::paused);
    Membership membership(guest(), Lasting::yes);
    membership.welcomed(welcome());
    membership.heard(status("1-a", state));
    CHECK(membership.is_shown());
    membership.welcomed(welcome("token-2"));
    CHECK_FALSE(membership.is_shown());
    membership.heard(status("1-a", SessionState::granted));
    CHECK_FALSE(membership.is_shown());
    CHECK(membership.is_in("1-a"));
    membership.heard(status("1-a", SessionState::paused));
    CHECK(membership.is_shown());
}

TEST_CASE("what another try cannot change is told from what it can") {
    using control::Code;
    const auto again = [](LinkFailure::Kind kind, Code code = Code::internal) {
        LinkFailure failure;
        failure.kind = kind;
        failure.error.code = code;
        return is_worth_another_try(failure);
    };
    using Kind = LinkFailure::Kind;
    for (const auto kind : {Kind::unreachable, Kind::lost, Kind::protocol, Kind::proxy, Kind::proxy_password}) CHECK(again(kind));
    CHECK(again(Kind::protocol, Code::version_unsupported));  // not a hub: what stands in front of one that is away
    for (const auto code : {Code::overloaded, Code::stopping, Code::too_many_attempts, Code::internal}) CHECK(again(Kind::refused, code));
    for (const auto code : {Code::cannot_resume, Code::ticket_expired, Code::ticket_unknown, Code::ticket_used, Code::unauthorized,
                            Code::version_unsupported})
        CHECK_FALSE(again(Kind::refused, code));
    CHECK(again(Kind::untrusted, Code::forbidden));  // what stands in front of the hub, in this network
}
