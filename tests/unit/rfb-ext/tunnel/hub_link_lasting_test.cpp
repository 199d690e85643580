#include <catch2/catch.hpp>
#include <algorithm>
#include <filesystem>

#include <malloc.h>
#include <poll.h>
#include <sys/socket.h>

#include "rfb-ext/control/resume_key.hpp"
#include "tests/unit/rfb-ext/tunnel/link_log.hpp"

#ifdef __SANITIZE_ADDRESS__
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // sanitizer/allocator_interface.h, which g++ comes without
#endif

using namespace pronto;
using namespace pronto::tunnel;
using namespace pronto::tunnel::test;
using namespace std::chrono_literals;
using Trouble = TestHub::Trouble;
using Kind = LinkFailure::Kind;

namespace {

LinkTimes quick() {
    LinkTimes times;
    times.waits = {20ms, 100ms};
    times.lasted = 0ms;
    return times;
}

control::Hello guest() {
    control::Hello said = hello(control::Role::guest);
    said.ticket = "1-E75B1";
    return said;
}

/// A hub and a link that has been let in, as a guest unless it is said otherwise.
struct Lasted {
    Log log;
    std::unique_ptr<TestHub> hub;
    HubLink link;

    explicit Lasted(Trouble trouble = Trouble::none, const LinkTimes& times = quick(), bool is_operator = false)
        : hub(std::make_unique<TestHub>(trouble)), link(hub->address(), {{hub->pin()}}, log.events(), times) {
        if (is_operator) link.open(hello(control::Role::operator_), right_login(), Lasting::yes);
        else link.open(guest(), std::nullopt, Lasting::yes);
        log.welcome();
    }
    /// Stops the hub; what it takes to start it again is kept.
    void stop_hub() {
        key_ = hub->key();
        port_ = hub->address().port;
        hub.reset();
    }
    void start_hub(Trouble trouble = Trouble::none) { hub = std::make_unique<TestHub>(key_, port_, trouble); }

private:
    std::shared_ptr<HubKey> key_;
    std::uint16_t port_ = 0;
};

bool at_end_soon(int fd) {
    pollfd waiting{fd, POLLIN, 0};
    char byte = 0;
    return ::poll(&waiting, 1, 20'000) == 1 && ::recv(fd, &byte, 1, 0) == 0;
}

std::size_t heap_bytes() {
#ifdef __SANITIZE_ADDRESS__
    return __sanitizer_get_current_allocated_bytes();
#else
    return ::mallinfo2().uordblks;
#endif
}

std::ptrdiff_t entries_of(const char* folder) {
    return std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator{});
}

}  // namespace

TEST_CASE("a channel that is lost is dialled again, and the guest is the one it was") {
    Lasted lasted(Trouble::session_runs);
    const auto key = lasted.hub->hellos().at(0).key;
    CHECK(control::is_resume_key(key));
    CHECK(lasted.log.resumable().token.text() == "resume-1");
    lasted.log.received();
    lasted.hub->lose_all();
    const auto told = lasted.log.interrupted();
    CHECK(told.failure.kind == Kind::lost);
    CHECK(told.again_in <= 24ms);
    lasted.log.welcome();
    const auto back = lasted.hub->hellos().at(1);
    CHECK(back.ticket + back.key == "");
    CHECK(back.resume == "resume-1");
    CHECK(control::proves(key, "resume-1", back.proof));
    CHECK(back.sessions == std::vector<std::string>{"1-abc"});
    const auto kept = lasted.log.resumable();
    CHECK(kept.token.text() == "resume-2");
    CHECK(kept.sessions == std::vector<std::string>{"1-abc"});
    CHECK(lasted.log.failures() == 0);
}

TEST_CASE("a guest comes back with the session that it has just agreed to, also if the hub has not heard of it") {
    Lasted lasted;
    const bool in_time = GENERATE(true, false);
    const auto agree = [&] {
        lasted.link.send(control::SessionAnswer{"1-abc", true});
        lasted.link.send(control::SessionAnswer{"1-refused", false});
    };
    if (in_time) {
        agree();
        REQUIRE(eventually([&] {
            const auto said = lasted.hub->said();
            return std::any_of(said.begin(), said.end(), [](const auto& each) { return each.find("1-refused") != std::string::npos; });
        }));
    }
    lasted.stop_hub();
    lasted.log.interrupted();
    if (!in_time) agree();
    lasted.log.interrupted();
    lasted.start_hub();
    lasted.log.welcome();
    CHECK(lasted.hub->hellos().at(0).sessions == std::vector<std::string>{"1-abc"});
}

TEST_CASE("an operator comes back by the same log-in") {
    Lasted lasted(Trouble::session_runs, quick(), true);
    lasted.log.received();
    const int before = lasted.hub->tries();
    lasted.hub->lose_all();
    lasted.log.interrupted();
    lasted.log.welcome();
    CHECK(lasted.hub->tries() == before + 1);  // no second log-in
    CHECK(lasted.hub->hellos().at(1).sessions == std::vector<std::string>{"1-abc"});
}

TEST_CASE("a hub that was started again is found again") {
    Lasted lasted;
    lasted.stop_hub();
    for (int i = 0; i < 5; ++i) lasted.log.interrupted();
    lasted.start_hub();
    lasted.log.welcome();
    CHECK(lasted.hub->hellos().at(0).resume == "resume-1");
    CHECK(lasted.log.failures() == 0);
}

TEST_CASE("who was let in waits until the hub shows its own key again, and tells another nothing") {
    Lasted lasted;
    const auto key = lasted.hub->key();
    const auto port = lasted.hub->address().port;
    lasted.hub.reset();
    lasted.hub = std::make_unique<TestHub>(std::make_shared<HubKey>(), port);
    LinkFailure failure;
    for (int i = 0; i < 20 && failure.kind != Kind::untrusted; ++i) failure = lasted.log.interrupted().failure;
    CHECK(failure.kind == Kind::untrusted);
    CHECK(lasted.log.interrupted().failure.kind == Kind::untrusted);
    CHECK(lasted.hub->hellos().empty());
    lasted.hub.reset();
    lasted.hub = std::make_unique<TestHub>(key, port);
    lasted.log.welcome();
    CHECK(lasted.hub->hellos().at(0).resume == "resume-1");
    CHECK(lasted.log.failures() == 0);
}

TEST_CASE("the first opening fails at once") {
    const auto port = TestHub().address().port;
    Log log;
    HubLink link({"127.0.0.1", port}, {}, log.events(), quick());
    link.open(guest(), std::nullopt, Lasting::yes);
    CHECK(log.failed().kind == Kind::unreachable);
    CHECK(log.interruptions() == 0);
}

TEST_CASE("another run of the program begins where the last one ended, also with a hub that is away") {
    Resume kept;
    std::unique_ptr<TestHub> hub = std::make_unique<TestHub>(Trouble::session_runs);
    const auto address = hub->address();
    const Trust trust{{hub->pin()}};
    {
        Log log;
        HubLink link(address, trust, log.events(), quick());
        link.open(guest(), std::nullopt, Lasting::yes);
        kept = log.resumable();
    }
    const auto hub_key = hub->key();
    hub.reset();
    Log log;
    HubLink link(address, trust, log.events(), quick());
    kept.sessions = {"1-abc"};
    link.open(hello(control::Role::guest), std::nullopt, Lasting::yes, kept);
    CHECK(log.interrupted().failure.kind == Kind::unreachable);
    hub = std::make_unique<TestHub>(hub_key, address.port);
    log.welcome();
    CHECK(hub->hellos().at(0).resume == "resume-1");
    CHECK(hub->hellos().at(0).sessions == kept.sessions);
    link.open(hello(control::Role::guest), std::nullopt, Lasting::yes, Resume{kept.token, Secret("torn"), {}});
    CHECK(log.failed().error.code == control::Code::cannot_resume);
}

TEST_CASE("a place that is not kept any more is given up at once, with the hub's words") {
    Lasted lasted;
    lasted.hub->become(Trouble::cannot_resume);
    lasted.hub->lose_all();
    lasted.log.interrupted();
    const auto failure = lasted.log.failed();
    CHECK(failure.error.code == control::Code::cannot_resume);
    CHECK(failure.error.message == "Too long ago.");
}

TEST_CASE("a hub that has no room, or whose place somebody else has taken for a while, is asked again") {
    const auto trouble = GENERATE(Trouble::resume_is_late, Trouble::plain_http, Trouble::closes_at_once, Trouble::welcome_is_garbage);
    Lasted lasted;
    lasted.hub->become(trouble);
    lasted.hub->lose_all();
    for (int i = 0; i < 3; ++i) lasted.log.interrupted();
    lasted.hub->become(Trouble::none);
    lasted.log.welcome();
    CHECK(lasted.log.failures() == 0);
}

TEST_CASE("while a session waits it is tried often, else less and less") {
    LinkTimes times = quick();
    times.waits = {100ms, 50'000ms};
    times.wait_in_session = 20ms;
    {
        Lasted lasted(Trouble::session_runs, times);
        lasted.log.received();
        lasted.stop_hub();
        for (int i = 0; i < 12; ++i) CHECK(lasted.log.interrupted().again_in <= 20ms);
    }
    Lasted lasted(Trouble::none, times);
    lasted.stop_hub();
    Millis last{0};
    for (int i = 0; i < 4; ++i) {
        const auto wait = lasted.log.interrupted().again_in;
        CHECK(wait > last);
        last = wait;
    }
}

TEST_CASE("a hub that takes one in and loses one at once is dialled less and less often") {
    LinkTimes times = quick();
    times.lasted = 60s;
    Lasted lasted(Trouble::drops_after_welcome, times);
    Millis last{0};
    for (int i = 0; i < 3; ++i) {
        const auto wait = lasted.log.interrupted().again_in;
        CHECK(wait >= last);
        last = wait;
    }
    CHECK(last > 30ms);
}

TEST_CASE("who is asked to try now need not wait") {
    LinkTimes times = quick();
    times.waits = {600s, 600s};
    Lasted lasted(Trouble::none, times);
    lasted.hub->lose_all();
    CHECK(lasted.log.interrupted().again_in > 400s);
    const bool by_proxy = GENERATE(true, false);
    if (by_proxy) lasted.link.use_proxy({});
    else lasted.link.retry_now();
    lasted.log.welcome();
}

TEST_CASE("the streams of a channel that is lost are cut with it") {
    Lasted lasted(Trouble::session_runs);
    lasted.link.open_stream({"1-abc", "screen.1.1", TestHub::stream_token}, {"", 12, 0}, lasted.log.ready(), lasted.log.failure());
    const int fd = lasted.log.fd();
    char greeting[12];
    REQUIRE(::recv(fd, greeting, sizeof greeting, 0) == 12);
    lasted.hub->become(Trouble::closes_at_once);
    lasted.hub->lose_all();
    CHECK(at_end_soon(fd));
    lasted.log.interrupted();
}

TEST_CASE("a session that was ended while the hub was away is not gone on with, and the hub hears of it first") {
    Lasted lasted(Trouble::session_runs);
    lasted.log.received();
    lasted.stop_hub();
    lasted.log.interrupted();
    lasted.link.send(control::SessionEnd{"1-abc"});
    lasted.link.send(control::SessionEnd{"1-unknown"});
    lasted.link.send(control::TicketNew{});
    lasted.start_hub();
    lasted.log.welcome();
    CHECK(lasted.hub->hellos().at(0).sessions.empty());
    lasted.link.send(control::TicketNew{});
    REQUIRE(eventually([&] {
        for (const auto& each : lasted.hub->said())
            if (each.find("ticket.new") != std::string::npos) return true;
        return false;
    }));
    std::vector<std::string> said;
    for (const auto& each : lasted.hub->said())
        if (each.find("pong") == std::string::npos) said.push_back(each);
    REQUIRE(said.size() == 2);
    CHECK_THAT(said[0], Catch::Contains("session.end") && Catch::Contains("1-abc"));
}

TEST_CASE("a session that was ended over a line that had died is ended over the next one, once") {
    Lasted lasted(Trouble::session_runs_unheard);
    lasted.log.received();
    lasted.link.send(control::SessionEnd{"1-abc"});
    lasted.hub->become(Trouble::none);
    lasted.hub->lose_all();
    lasted.log.interrupted();
    lasted.log.welcome();
    CHECK(lasted.hub->hellos().at(1).sessions.empty());
    const auto answer = lasted.log.received();
    REQUIRE(std::holds_alternative<control::SessionEnded>(answer.message));
    CHECK(std::get<control::SessionEnded>(answer.message).session == "1-abc");
    lasted.hub->lose_all();
    lasted.log.interrupted();
    lasted.log.welcome();
    lasted.link.send(control::TicketNew{});
    CHECK(std::holds_alternative<control::Refused>(lasted.log.received().message));
    const auto said = lasted.hub->said();
    CHECK(std::count_if(said.begin(), said.end(), [](const auto& each) { return each.find("session.end") != std::string::npos; }) == 1);
}

TEST_CASE("that a session was over already when its end was said again is nobody's business") {
    Lasted lasted(Trouble::session_runs_unheard);
    lasted.log.received();
    const auto unheard = lasted.link.send(control::SessionEnd{"1-abc"});
    lasted.hub->become(Trouble::ends_are_unknown);
    lasted.hub->lose_all();
    lasted.log.interrupted();
    lasted.log.welcome();
    const auto asked = lasted.link.send(control::SessionEnd{"1-other"});
    const auto answer = lasted.log.received();
    CHECK(std::holds_alternative<control::Refused>(answer.message));
    CHECK(answer.re == asked);
    CHECK(asked != unheard);
}

TEST_CASE("an operator's session is named until the hub says that it is over: he ends it when he hears that it goes on") {
    Lasted lasted(Trouble::session_runs_unheard, quick(), true);
    lasted.log.received();
    lasted.link.send(control::SessionEnd{"1-abc"});
    lasted.hub->become(Trouble::session_runs);
    lasted.hub->lose_all();
    lasted.log.interrupted();
    lasted.log.welcome();
    CHECK(lasted.hub->hellos().at(1).sessions == std::vector<std::string>{"1-abc"});
    CHECK(std::holds_alternative<control::SessionStatus>(lasted.log.received().message));
    lasted.link.send(control::SessionEnd{"1-abc"});
    CHECK(std::holds_alternative<control::SessionEnded>(lasted.log.received().message));
    const auto said = lasted.hub->said();
    CHECK(std::count_if(said.begin(), said.end(), [](const auto& each) { return each.find("session.end") != std::string::npos; }) == 1);
}

TEST_CASE("a link that waits for its hub is closed and destroyed at once, silently") {
    const bool closed_first = GENERATE(true, false);
    LinkTimes times = quick();
    times.waits = {600s, 600s};
    auto lasted = std::make_unique<Lasted>(Trouble::none, times);
    lasted->hub->lose_all();
    lasted->log.interrupted();
    const auto began = std::chrono::steady_clock::now();
    if (closed_first) lasted->link.close();
    CHECK(lasted->log.failures() == 0);
    lasted.reset();
    CHECK(std::chrono::steady_clock::now() - began < 5s);
}

TEST_CASE("a hub that is away for thousands of tries costs no memory, descriptors or threads") {
    LinkTimes times = quick();
    times.waits = {1ms, 1ms};
    Lasted lasted(Trouble::none, times);
    lasted.stop_hub();
    const auto tries = [&](int count) {
        for (int i = 0; i < count; ++i) lasted.log.interrupted();
    };
    tries(300);
    const auto bytes = heap_bytes();
    const auto files = entries_of("/proc/self/fd"), threads = entries_of("/proc/self/task");
    tries(3'000);
    CHECK(heap_bytes() < bytes + 64 * 1024);
    CHECK(entries_of("/proc/self/fd") <= files + 2);      // a try may be under way
    CHECK(entries_of("/proc/self/task") <= threads + 1);  // a name may be looked up
}
