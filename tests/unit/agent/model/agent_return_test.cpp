#include <catch2/catch.hpp>

#include "rfb-ext/base/files.hpp"
#include "tests/unit/agent/fake_agent.hpp"

using namespace pronto;
using namespace pronto::agent;
using pronto::agent::test::Agent;
using control::Party;
using control::SessionState;
using Kind = tunnel::LinkFailure::Kind;
using namespace std::chrono_literals;

namespace {

/// A guest whose hub waits for it for two minutes, in a session.
struct Sharing : Agent {
    explicit Sharing(control::Mode mode = control::Mode::control) {
        grace_ms = 120'000;
        share(mode);
        log.order.clear();
    }
    bool is_kept() const { return std::filesystem::exists(file.parent_path() / "resume"); }
};

}  // namespace

TEST_CASE("an agent that waits is shown as away while its hub is, and online again after it") {
    Agent it;
    it.grace_ms = 120'000;
    it.connect();
    for (int i = 0; i < 3; ++i) {
        it.interrupt();
        CHECK(it.phase() == Phase::waiting);
        REQUIRE(it.state().away);
        CHECK(it.state().away->message == "The network is away.");
        CHECK(it.state().away->again == it.clock.now() + 1s);
    }
    it.model.retry_now();
    CHECK(it.log.order.back() == "retry");
    it.welcome();
    CHECK_FALSE(it.state().away);
    CHECK(it.phase() == Phase::waiting);
    CHECK(it.state().sessions_ended == 0);
}

TEST_CASE("a lost connection stops the screen and keeps the session") {
    Sharing it;
    const auto since = it.state().since;
    it.clock.advance(10s);
    it.interrupt();
    CHECK(it.screen->shown.empty());
    CHECK(it.phase() == Phase::shared);
    REQUIRE(it.state().hold);
    CHECK(it.state().hold->awaited == Party::guest);
    CHECK(it.state().operator_name == "maria");
    CHECK(it.state().since == since);
    CHECK(it.state().recorded);
    it.welcome();
    CHECK(it.phase() == Phase::shared);
    CHECK(it.state().hold);
    it.tell_state(SessionState::paused, Party::nobody, 90'000);
    it.stream("screen.1.2");
    it.link->ready(Agent::descriptor());
    CHECK_FALSE(it.state().hold);
    CHECK(it.screen->shown.at(1) == control::Mode::control);
    CHECK(it.state().since == since);
    CHECK(it.log.all<control::SessionAnswer>().size() == 1);  // nobody was asked again
    CHECK(it.state().sessions_ended == 0);
}

TEST_CASE("an operator who is away leaves the screen unseen, and sees it again without a question") {
    Sharing it(control::Mode::view);
    it.tell_state(SessionState::paused, Party::operator_, 60'000);
    CHECK(it.screen->shown.empty());
    CHECK(it.phase() == Phase::shared);
    CHECK(it.state().hold->awaited == Party::operator_);
    CHECK_FALSE(it.state().away);
    it.tell_state(SessionState::paused, Party::nobody, 50'000);
    CHECK(it.state().hold->awaited == Party::nobody);
    it.stream("screen.1.2");
    it.link->ready(Agent::descriptor());
    CHECK(it.screen->shown.at(1) == control::Mode::view);
    it.tell_state(SessionState::streaming);
    CHECK_FALSE(it.state().hold);
    CHECK(it.screen->shown.size() == 1);
}

TEST_CASE("who looks on goes on seeing the screen while the operator is away") {
    Sharing it;
    it.ask_to_join(2, "bert");
    it.model.answer_join(2, true);
    it.tell_viewers({{1, "maria", control::Mode::control}, {2, "bert", control::Mode::view}});
    it.stream("screen.2.1");
    it.link->ready(Agent::descriptor());
    REQUIRE(it.screen->shown.size() == 2);
    it.tell_state(SessionState::paused, Party::operator_, 60'000);
    CHECK(it.screen->shown.size() == 1);
    CHECK(it.screen->shown.contains(2));
}

TEST_CASE("a stream that cannot be opened is not the end of a session that waits") {
    Sharing it;
    it.tell_state(SessionState::paused, Party::nobody, 60'000);
    tunnel::LinkFailure failure;
    SECTION("refused") { failure.kind = Kind::refused; }
    SECTION("lost") { failure.kind = Kind::lost; }
    it.stream("screen.1.2");
    it.link->stream_failed(failure);
    CHECK(it.phase() == Phase::shared);
    CHECK(it.log.all<control::SessionEnd>().empty());
    it.stream("screen.1.3");
    it.link->ready(Agent::descriptor());
    CHECK_FALSE(it.state().hold);
}

TEST_CASE("a network that fails at the first stream makes the session wait, and a refusal ends it") {
    Agent it;
    it.grace_ms = 120'000;
    it.connect();
    it.ask();
    it.model.answer(true);
    it.stream("screen.1.1");
    tunnel::LinkFailure failure;
    failure.kind = GENERATE(Kind::unreachable, Kind::refused);
    it.link->stream_failed(failure);
    if (failure.kind == Kind::unreachable) {
        CHECK(it.phase() == Phase::starting);
        CHECK(it.state().hold);
    } else {
        CHECK(it.phase() == Phase::waiting);
        CHECK(it.log.all<control::SessionEnd>().size() == 1);
    }
}

TEST_CASE("a stream of an older generation that comes late is closed, not shown") {
    Sharing it;
    it.tell_state(SessionState::paused, Party::nobody, 60'000);
    it.stream("screen.1.2");
    const auto late = it.link->ready;
    const auto failed_late = it.link->stream_failed;
    it.stream("screen.1.3");
    it.link->ready(Agent::descriptor());
    it.log.order.clear();
    const int fd = Agent::descriptor();
    late(fd);
    CHECK(::fcntl(fd, F_GETFD) < 0);
    failed_late({});
    CHECK(it.log.order.empty());
    CHECK(it.phase() == Phase::shared);
}

TEST_CASE("a session whose hub does not come back ends here by our own clock") {
    Sharing it;
    it.interrupt();
    const auto deadline = it.model.next_deadline();
    REQUIRE(deadline);
    CHECK(*deadline > it.clock.now() + 120s);
    CHECK(*deadline < it.clock.now() + 140s);
    it.clock.advance(60s);
    it.interrupt();
    it.model.tick();
    CHECK(it.phase() == Phase::shared);
    it.clock.advance(70s);
    it.model.tick();
    CHECK(it.phase() == Phase::waiting);
    CHECK(it.state().away);
    CHECK(it.state().last->reason == control::EndReason::drop);
    CHECK(it.log.all<control::SessionEnd>().size() == 1);  // the link keeps it for the hub
}

TEST_CASE("a session of which a hub that is back says nothing ends soon") {
    Sharing it;
    it.interrupt();
    it.welcome();
    CHECK(*it.model.next_deadline() == it.clock.now() + 10s);
    SECTION("nothing") {
        it.clock.advance(9s);
        it.model.tick();
        CHECK(it.phase() == Phase::shared);
        it.clock.advance(1s);
        it.model.tick();
        CHECK(it.phase() == Phase::waiting);
        CHECK_FALSE(it.state().away);
        CHECK_THAT(it.state().last->message, Catch::Contains("knows nothing"));
        CHECK(it.log.all<control::SessionEnd>().size() == 1);
        const auto told = it.state().notice;
        it.hear(control::Refused{{control::Code::not_found, "There is no such session, or it is over.", "Ask for a new one."}});
        CHECK(it.state().notice == told);  // as we know
    }
    SECTION("what is said in time counts") {
        it.tell_state(SessionState::paused, Party::nobody, 90'000);
        it.clock.advance(60s);
        it.model.tick();
        CHECK(it.phase() == Phase::shared);
    }
    SECTION("a hub that is gone again has all the time it had") {
        it.interrupt();
        it.clock.advance(60s);
        it.model.tick();
        CHECK(it.phase() == Phase::shared);
    }
}

TEST_CASE("the end button works while the hub is away, and the session does not go on behind it") {
    Sharing it;
    it.interrupt();
    it.model.end();
    CHECK(it.phase() == Phase::waiting);
    CHECK(it.state().last->reason == control::EndReason::guest);
    CHECK(it.log.all<control::SessionEnd>().size() == 1);
    CHECK_FALSE(it.is_kept());
    it.welcome();
    it.tell_state(SessionState::paused, Party::nobody, 60'000);
    it.stream("screen.1.2");
    CHECK(std::count(it.log.order.begin(), it.log.order.end(), "open screen.1.2") == 0);
    CHECK_FALSE(it.is_kept());
}

TEST_CASE("a question that stood open when the connection was lost is answered with no") {
    Agent it;
    it.grace_ms = 120'000;
    it.connect();
    it.ask();
    it.interrupt();
    CHECK(it.phase() == Phase::waiting);
    CHECK_THAT(it.state().notice->message, Catch::Contains("Nothing was shared"));
    it.interrupt();
    CHECK(it.state().sessions_ended == 1);
}

TEST_CASE("a hub that does not wait ends the session with the connection") {
    Agent it;
    it.share();
    it.interrupt();
    CHECK(it.phase() == Phase::waiting);
    CHECK(it.state().last->reason == control::EndReason::drop);
}

TEST_CASE("a hub that is started again is said to come back by itself") {
    Sharing it;
    it.hear(control::HubStopping{});
    CHECK_THAT(it.state().notice->remedy, Catch::Contains("comes back by itself"));
    CHECK_FALSE(it.state().notice->problem);
    it.interrupt();
    CHECK_THAT(it.state().away->message, Catch::Contains("stopped"));
    CHECK(it.state().away->code == control::Code::stopping);
    CHECK(it.phase() == Phase::shared);
    it.interrupt();
    CHECK(it.state().away->message == "The network is away.");
    CHECK(it.state().away->kind == Kind::lost);
    CHECK(it.state().away->code == control::Code::offline);
}

TEST_CASE("nobody else is let in by coming back") {
    Sharing it;
    it.interrupt();
    it.welcome();
    it.hear(control::SessionStream{"1-other", "screen.1.1", "token"});
    CHECK(std::count(it.log.order.begin(), it.log.order.end(), "open screen.1.1") == 0);
    it.hear(control::SessionAsk{"1-t", "otto", control::Mode::control, false, 0, 30'000});
    CHECK(it.log.all<control::SessionAnswer>().back() == control::SessionAnswer{"1-t", false});
}

TEST_CASE("what is copied while nobody sees the screen stays here") {
    Sharing it;
    it.tell_state(SessionState::paused, Party::operator_, 60'000);
    it.screen->events.copied("private");
    CHECK(it.log.all<control::Clipboard>().empty());
}

TEST_CASE("a place that is lost for good is told so, and not kept") {
    Sharing it;
    it.interrupt();
    CHECK(it.is_kept());
    it.fail(Kind::refused);
    CHECK(it.phase() == Phase::idle);
    CHECK_FALSE(it.is_kept());
    CHECK(it.state().notice->message == "It did not work.");
}

TEST_CASE("another run of the program is the guest that broke off, without its session") {
    Sharing before;
    const auto text = read_file(before.file.parent_path() / "resume");
    Agent it;
    make_private_folder(it.file.parent_path());
    write_file_atomically(it.file.parent_path() / "resume", text);
    SECTION("at its hub") {
        REQUIRE(it.model.resume());
        CHECK(it.phase() == Phase::connecting);
        CHECK(it.state().resuming);
        CHECK(it.state().name == "NETCECK-E75B1");
        CHECK(it.state().hub == tunnel::HubAddress{"hub.example", 443});
        REQUIRE(it.from);
        CHECK(it.from->token.text() == "token");
        CHECK(it.from->sessions.empty());
        CHECK(it.hello->ticket == "");
        it.interrupt();
        CHECK(it.phase() == Phase::connecting);
        CHECK(it.state().away);
        it.grace_ms = 120'000;
        it.welcome();
        CHECK(it.phase() == Phase::waiting);
        it.model.disconnect();
        CHECK_FALSE(std::filesystem::exists(it.file.parent_path() / "resume"));
    }
    SECTION("at no other") {
        CHECK_FALSE(it.model.resume(tunnel::HubAddress{"other.example", 443}));
        CHECK(it.phase() == Phase::idle);
        CHECK(it.link == nullptr);
    }
}

TEST_CASE("while another key is shown in the hub's place, the session waits, and nobody is asked to trust it") {
    Sharing it;
    it.interrupt(Kind::untrusted);
    CHECK(it.phase() == Phase::shared);
    CHECK(it.state().hold);
    CHECK(it.state().away->message == "The network is away.");
    CHECK_THAT(it.state().away->remedy, Catch::Contains("log-in page"));
    CHECK_FALSE(it.state().untrusted);
    it.welcome();
    CHECK_FALSE(it.state().away);
}

TEST_CASE("a hub that was trusted before is never met as an unknown one") {
    Agent it;
    SECTION("once it has let the guest in") {
        it.grace_ms = GENERATE(0, 120'000);
        it.connect();
    }
    SECTION("when the last run's place is gone on with") {
        it.kept.keep({{"hub.example", 443}, {}, "N", Secret("token"), Secret("key")}, it.clock.unix_now());
        REQUIRE(it.model.resume());
    }
    it.fail(Kind::untrusted);
    CHECK(it.phase() == Phase::untrusted);
    CHECK(it.state().untrusted->mismatch);
    REQUIRE(it.state().notice);
    it.model.trust_and_remember();
    CHECK(it.phase() == Phase::untrusted);
    CHECK(it.link == nullptr);
    CHECK_FALSE(std::filesystem::exists(it.file));
}

TEST_CASE("a place is gone on with under the pins that are given, else under those it was kept with") {
    const tunnel::Pin kept_pin = Agent::key();
    const tunnel::Pin given{1, 2, 3};
    const bool was_pinned = GENERATE(true, false), is_given = GENERATE(true, false);
    Agent it;
    const Place place{{"hub.example", 443}, was_pinned ? std::vector{kept_pin} : std::vector<tunnel::Pin>{}, "N", Secret("token"), Secret("key")};
    it.kept.keep(place, it.clock.unix_now());
    REQUIRE(it.model.resume(place.hub, is_given ? tunnel::Trust{{given}} : tunnel::Trust{}));
    CHECK(it.trusted->pins == (is_given ? std::vector{given} : place.pins));
}

TEST_CASE("leaving forgets the place, and a program that breaks off keeps it") {
    Sharing it;
    CHECK(it.is_kept());
    it.model.end();
    CHECK_FALSE(it.is_kept());
    it.ask();
    it.model.answer(true);
    CHECK(it.is_kept());
    it.model.disconnect();
    CHECK_FALSE(it.is_kept());
}

TEST_CASE("a proxy that wants a password is asked for it, before and after the connection") {
    Agent it;
    it.grace_ms = 120'000;
    it.model.connect({"hub.example", 443}, {}, "1-E75B1");
    tunnel::LinkFailure failure;
    failure.kind = Kind::proxy_password;
    failure.proxy = "http://proxy.example:3128";
    failure.error = {control::Code::unauthorized, "The proxy wants a password.", "Give it."};
    const auto events = it.link->events;
    events.failed(failure);
    CHECK(it.phase() == Phase::idle);
    CHECK(it.state().proxy_wants_login == "http://proxy.example:3128");
    it.model.use_proxy_login("anna", Secret("s3cret"));
    CHECK(it.phase() == Phase::connecting);
    CHECK(it.network.proxy.user == "anna");
    CHECK(it.network.proxy.password.text() == "s3cret");
    CHECK(it.network.proxy.login_for == failure.proxy);
    CHECK(it.hello->ticket == "1-E75B1");
    it.welcome();
    it.interrupt(Kind::proxy_password);
    CHECK(it.state().proxy_wants_login);
    it.model.use_proxy_login("otto", Secret("other"));
    CHECK(it.log.order.back() == "proxy user otto");
    CHECK_FALSE(it.state().proxy_wants_login);
}
