#include "rfb-ext/tunnel/hub_link.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/unit/rfb-ext/tunnel/link_log.hpp"
#include "tests/unit/rfb-ext/tunnel/test_hub.hpp"

using namespace pronto;
using namespace pronto::tunnel;
using namespace pronto::tunnel::test;
using namespace std::chrono_literals;
using Trouble = TestHub::Trouble;
using Kind = LinkFailure::Kind;

namespace {

const LinkTimes short_times{300ms, 300ms, 300ms, 300ms};

/// What a guest's or an operator's open() comes to.
LinkFailure failure_with(Trouble trouble, bool is_operator = true, const LinkTimes& times = short_times) {
    TestHub hub(trouble);
    Log log;
    HubLink link(hub.address(), {{hub.pin()}}, log.events(), times);
    if (is_operator) link.open(hello(control::Role::operator_), right_login());
    else link.open(hello(control::Role::guest));
    LinkFailure failure = log.failed();
    CHECK(failure.error.message != "");
    CHECK(failure.error.remedy != "");
    return failure;
}

std::string read_exactly(int fd, std::size_t count) {
    std::string all;
    while (all.size() < count) {
        pollfd waiting{fd, POLLIN, 0};
        if (::poll(&waiting, 1, 20'000) != 1) throw std::runtime_error("nothing to read");
        char buffer[65536];
        const ssize_t got = ::recv(fd, buffer, std::min(sizeof buffer, count - all.size()), 0);
        if (got <= 0) break;
        all.append(buffer, static_cast<std::size_t>(got));
    }
    return all;
}

/// Blocks like a library that writes; false when the stream is cut.
bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
        else if (errno == EAGAIN) {
            pollfd waiting{fd, POLLOUT, 0};
            ::poll(&waiting, 1, 20'000);
        } else return false;
    }
    return true;
}

bool at_end(int fd) {
    pollfd waiting{fd, POLLIN, 0};
    char byte;
    return ::poll(&waiting, 1, 20'000) == 1 && ::recv(fd, &byte, 1, 0) <= 0;
}

const control::SessionStream screen{"1-abc", "screen.1.1", TestHub::stream_token};

struct Streaming {
    TestHub hub;
    Log log;
    HubLink link;
    explicit Streaming(Preface preface = {}, Trouble trouble = Trouble::none, const LinkTimes& times = {})
        : hub(trouble), link(hub.address(), {{hub.pin()}}, log.events(), times) {
        link.open_stream(screen, std::move(preface), log.ready(), log.failure());
    }
};

}  // namespace

TEST_CASE("an operator logs in, says hello, is welcome and talks") {
    TestHub hub;
    Log log;
    HubLink link(hub.address(), {{hub.pin()}}, log.events());
    CHECK(link.send(control::TicketNew{}) > 0);  // before welcome: dropped
    link.open(hello(control::Role::operator_), right_login());
    CHECK(log.welcome().peer == 7);
    const auto id = link.send(control::SessionEnd{"1-abc"});
    const control::Envelope answer = log.received();  // pings and unknown types do not show up
    CHECK(answer.re == id);
    REQUIRE(std::holds_alternative<control::SessionEnded>(answer.message));
    CHECK(std::get<control::SessionEnded>(answer.message).session == "1-abc");
    CHECK(eventually([&] { return hub.pongs() == 1; }));
    link.send(control::TicketNew{});
    CHECK(std::holds_alternative<control::Refused>(log.received().message));  // an answer ends nothing
    link.close();
    CHECK(eventually([&] { return hub.goodbyes() == 1; }));
    CHECK(log.failures() == 0);
}

TEST_CASE("a guest needs no log-in") {
    TestHub hub;
    Log log;
    HubLink link(hub.address(), {{hub.pin()}}, log.events());
    link.open(hello(control::Role::guest));
    CHECK(log.welcome().name == "Ada");
}

TEST_CASE("a wrong password is a refusal with the hub's words") {
    TestHub hub;
    Log log;
    HubLink link(hub.address(), {{hub.pin()}}, log.events());
    link.open(hello(control::Role::operator_), Login{TestHub::user, "wrong"});
    const LinkFailure failure = log.failed();
    CHECK(failure.kind == Kind::refused);
    CHECK(failure.error == control::Error{control::Code::wrong_password, "User name or password is wrong.", "Try otherwise."});
    link.open(hello(control::Role::operator_), right_login());  // and the next try works
    CHECK(log.welcome().peer == 7);
}

TEST_CASE("an operator without a log-in is refused at hello") {
    TestHub hub;
    Log log;
    HubLink link(hub.address(), {{hub.pin()}}, log.events());
    link.open(hello(control::Role::operator_));
    const LinkFailure failure = log.failed();
    CHECK(failure.kind == Kind::refused);
    CHECK(failure.error.code == control::Code::unauthorized);
}

TEST_CASE("a hub without a known key is untrusted, with what it showed") {
    TestHub hub;
    Log log;
    SECTION("nothing pinned: first contact") {
        HubLink link(hub.address(), {}, log.events());
        link.open(hello(control::Role::guest));
        const LinkFailure failure = log.failed();
        CHECK(failure.kind == Kind::untrusted);
        CHECK(failure.presented == hub.pin());
        CHECK_FALSE(failure.pinned);
        CHECK_THAT(failure.error.message, Catch::Contains(to_text(hub.pin())) && Catch::Contains("self-signed"));
    }
    SECTION("another key pinned") {
        HubLink link(hub.address(), {{Pin{}}}, log.events());
        link.open(hello(control::Role::guest));
        const LinkFailure failure = log.failed();
        CHECK(failure.kind == Kind::untrusted);
        CHECK(failure.presented == hub.pin());
        CHECK(failure.pinned);
        CHECK_THAT(failure.error.remedy, Catch::Contains("listening in"));
    }
    CHECK_FALSE(log.is_welcome());
}

TEST_CASE("a hub that is not there cannot be reached") {
    Log log;
    SECTION("no port") {
        asio::io_context io;
        asio::ip::tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
        const auto port = acceptor.local_endpoint().port();
        acceptor.close();
        HubLink link({"localhost", port}, {}, log.events());
        link.open(hello(control::Role::guest));
        const LinkFailure failure = log.failed();
        CHECK(failure.kind == Kind::unreachable);
        CHECK_THAT(failure.error.message, Catch::Contains("localhost:" + std::to_string(port)) && Catch::Contains("refused"));
    }
    SECTION("no name") {
        HubLink link({"no-such-host.invalid", 443}, {}, log.events());
        link.open(hello(control::Role::guest));
        const LinkFailure failure = log.failed();
        CHECK(failure.kind == Kind::unreachable);
        CHECK_THAT(failure.error.message, Catch::Contains("Cannot") && Catch::Contains("the hub no-such-host.invalid") && !Catch::Contains("asio"));
    }
}

TEST_CASE("what is no hub is told from one") {
    const auto [trouble, words] = GENERATE(table<Trouble, std::string>({
        {Trouble::plain_http, "setting up TLS"},
        {Trouble::closes_at_once, "setting up TLS"},
        {Trouble::login_is_html, "no token"},
        {Trouble::login_without_token, "no token"},
        {Trouble::login_garbage, "logging in"},
        {Trouble::welcome_is_garbage, "JSON"},
        {Trouble::binary_nonsense, "JSON"},
    }));
    INFO(words);
    const LinkFailure failure = failure_with(trouble);
    CHECK(failure.kind == Kind::protocol);
    CHECK_THAT(failure.error.message, Catch::Contains(words));
}

TEST_CASE("each step has its deadline and its name") {
    const auto [trouble, step] = GENERATE(table<Trouble, std::string>({
        {Trouble::silent_connection, "setting up TLS"},
        {Trouble::login_says_nothing, "logging in"},
        {Trouble::control_says_nothing, "opening the control channel"},
        {Trouble::no_welcome, "waiting to be let in"},
    }));
    const LinkTimes times{300ms, 10s, 10s, 300ms};
    const LinkFailure failure = failure_with(trouble, true, times);
    CHECK(failure.kind == Kind::unreachable);
    CHECK_THAT(failure.error.message, Catch::Contains(step) && Catch::Contains("0.3 s") && Catch::Contains("127.0.0.1:"));
}

TEST_CASE("a refusal keeps the hub's words wherever it comes") {
    CHECK(failure_with(Trouble::control_is_404).error.message == "There is no control channel.");
    const LinkFailure expired = failure_with(Trouble::hello_is_refused, false);
    CHECK(expired.kind == Kind::refused);
    CHECK(expired.error.code == control::Code::ticket_expired);
}

TEST_CASE("a lost channel says so once") {
    const LinkFailure dropped = failure_with(Trouble::drops_after_welcome);
    CHECK(dropped.kind == Kind::lost);
    const LinkFailure silent = failure_with(Trouble::silent_after_welcome);
    CHECK(silent.kind == Kind::lost);
    CHECK_THAT(silent.error.message, Catch::Contains("said nothing for 0.3 s"));
    const LinkFailure told = failure_with(Trouble::last_words);
    CHECK(told.kind == Kind::refused);
    CHECK(told.error == control::Error{control::Code::stopping, "The hub goes to sleep.", "Ask again."});
}

TEST_CASE("while a session runs a silent hub is given up sooner, and after it later again") {
    const LinkTimes times{10s, 900ms, 10s, 300ms, 200ms};
    CHECK_THAT(failure_with(Trouble::session_runs, false, times).error.message,
               Catch::Contains("said nothing for 0.2 s"));
    CHECK_THAT(failure_with(Trouble::session_ran, false, times).error.message,
               Catch::Contains("said nothing for 0.9 s"));
    CHECK(LinkTimes{}.session_silence == 15s);
}

TEST_CASE("a hub that goes away is noticed") {
    auto hub = std::make_unique<TestHub>();
    Log log;
    HubLink link(hub->address(), {{hub->pin()}}, log.events());
    link.open(hello(control::Role::guest));
    log.welcome();
    hub.reset();
    CHECK(log.failed().kind == Kind::lost);
    CHECK(log.failures() == 0);
}

TEST_CASE("opening again leaves the first channel with a goodbye and without a failure") {
    TestHub hub;
    Log log;
    HubLink link(hub.address(), {{hub.pin()}}, log.events());
    link.open(hello(control::Role::guest));
    log.welcome();
    link.open(hello(control::Role::guest));
    link.open(hello(control::Role::guest));
    log.welcome();
    CHECK(eventually([&] { return hub.goodbyes() >= 1; }));  // the second may or may not have got as far as a welcome
    CHECK(log.failures() == 0);
}

TEST_CASE("closing and destroying are quick and silent in every state") {
    const auto trouble = GENERATE(Trouble::none, Trouble::silent_connection, Trouble::login_says_nothing,
                                  Trouble::control_says_nothing, Trouble::no_welcome);
    const auto after = GENERATE(0ms, 3ms, 15ms, 60ms);
    const bool closed_first = GENERATE(true, false);
    TestHub hub(trouble);
    Log log;
    const auto began = [&] {
        HubLink link(hub.address(), {{hub.pin()}}, log.events());
        link.open(hello(control::Role::operator_), right_login());
        link.open_stream(screen, {"", 0, 0}, [](int fd) { ::close(fd); }, log.failure());
        std::this_thread::sleep_for(after);
        if (closed_first) link.close();
        return std::chrono::steady_clock::now();
    }();
    CHECK(std::chrono::steady_clock::now() - began < 5s);
    CHECK(log.failures() == 0);
}

TEST_CASE("a link may be closed from its own callbacks") {
    TestHub hub;
    Log log;
    HubLink* self = nullptr;
    HubLink::Events events = log.events();
    events.opened = [&](const control::Welcome&) { self->close(); };
    HubLink link(hub.address(), {{hub.pin()}}, std::move(events));
    self = &link;
    link.open(hello(control::Role::guest));
    CHECK(eventually([&] { return hub.goodbyes() == 1; }));
    CHECK(log.failures() == 0);
}

TEST_CASE("a stream carries bytes both ways after the preface") {
    Streaming streaming(Preface{"HELLO HUB\n", 12, 5});
    const int fd = streaming.log.fd();
    CHECK(fd < FD_SETSIZE);
    CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    CHECK(read_exactly(fd, 12) == TestHub::stream_greeting);
    CHECK(read_exactly(fd, 10) == "HELLO HUB\n");  // the hub echoes it
    REQUIRE(write_all(fd, "DRO"));
    REQUIRE(write_all(fd, "P!kept"));
    CHECK(read_exactly(fd, 4) == "kept");

    const Bytes data = pattern(3'000'000);
    std::thread writer([&] { write_all(fd, as_text(data)); });
    const std::string back = read_exactly(fd, data.size());
    writer.join();
    CHECK(back == as_text(data));
    CHECK(streaming.hub.received() == "HELLO HUB\nkept" + std::string(as_text(data)));
}

TEST_CASE("many small writes become few records") {
    Streaming streaming;
    const int fd = streaming.log.fd();
    read_exactly(fd, 12);
    const std::string bit(128, 'x');
    constexpr std::size_t bits = 2'000;
    for (std::size_t i = 0; i < bits; ++i) REQUIRE(write_all(fd, bit));
    read_exactly(fd, bits * bit.size());
    CHECK(streaming.hub.received().size() == bits * bit.size());
    CHECK(streaming.hub.reads() < static_cast<int>(bits / 8));
}

TEST_CASE("what was written before the local end closed still arrives") {
    Streaming streaming;
    const int fd = streaming.log.fd();
    const std::string last(200'000, 'z');
    REQUIRE(write_all(fd, last));
    streaming.log.close_fd();
    CHECK(eventually([&] { return streaming.hub.received().size() == last.size(); }));
    CHECK(eventually([&] { return streaming.hub.open_connections() == 0; }));
}

TEST_CASE("a stream that the hub ends is read to its end") {
    Streaming streaming({}, Trouble::stream_drops);
    const int fd = streaming.log.fd();
    CHECK(read_exactly(fd, 12) == TestHub::stream_greeting);
    CHECK(at_end(fd));
}

TEST_CASE("a refused stream says why") {
    Streaming streaming({}, Trouble::stream_is_refused);
    const LinkFailure failure = streaming.log.stream_failed();
    CHECK(failure.kind == Kind::refused);
    CHECK(failure.error.code == control::Code::unauthorized);
    CHECK(failure.error.message == "The token is not valid.");
}

TEST_CASE("a stream that starts wrong fails") {
    const auto [trouble, kind, words] = GENERATE(table<Trouble, Kind, std::string>({
        {Trouble::stream_upgrades_wrong, Kind::protocol, "something else"},
        {Trouble::stream_head_endless, Kind::protocol, "header limit"},
        {Trouble::stream_preface_half, Kind::unreachable, "preface"},
        {Trouble::silent_connection, Kind::unreachable, "setting up TLS"},
    }));
    Streaming streaming(Preface{"", 12, 0}, trouble, short_times);
    const LinkFailure failure = streaming.log.stream_failed();
    CHECK(failure.kind == kind);
    CHECK_THAT(failure.error.message, Catch::Contains(words));
}

TEST_CASE("a network that takes nothing is cut and frees the local writer") {
    Streaming streaming({}, Trouble::stream_stalls, LinkTimes{5s, 5s, 200ms, 200ms});
    const int fd = streaming.log.fd();
    const std::string much(50'000'000, 'x');
    CHECK_FALSE(write_all(fd, much));
}

TEST_CASE("a local side that takes nothing is cut") {
    Streaming streaming({}, Trouble::none, LinkTimes{5s, 5s, 200ms, 200ms});
    const int fd = streaming.log.fd();
    // The hub echoes, nobody reads the echo: it fills up until nothing moves any more.
    const std::string much(50'000'000, 'x');
    CHECK_FALSE(write_all(fd, much));
    CHECK(eventually([&] { return streaming.hub.open_connections() == 0; }));
}

TEST_CASE("closing the link ends its streams") {
    Streaming streaming;
    const int fd = streaming.log.fd();
    read_exactly(fd, 12);
    streaming.link.close();
    CHECK(at_end(fd));
    CHECK(eventually([&] { return streaming.hub.open_connections() == 0; }));
}

TEST_CASE("without a free descriptor below 1024 a stream fails with words") {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 4096);
    ::setrlimit(RLIMIT_NOFILE, &files);
    std::vector<int> taken;
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) {
        taken.push_back(fd);
        if (fd >= FD_SETSIZE) break;
    }
    if (taken.empty() || taken.back() < FD_SETSIZE) {
        for (const int fd : taken) ::close(fd);
        FAIL("the hard limit of open files is too low for this test: " << files.rlim_max);
    }
    Streaming streaming;
    const LinkFailure failure = streaming.log.stream_failed();
    for (const int fd : taken) ::close(fd);
    CHECK_THAT(failure.error.message, Catch::Contains("too many files"));
}

namespace {

/// Asks, and waits for what comes: the body, or the failure's words.
class Asking {
public:
    explicit Asking(Trouble trouble = Trouble::none) : hub(trouble), link(hub.address(), {{hub.pin()}}, log_.events(), short_times) {}
    void log_in() {
        link.open(hello(control::Role::operator_), right_login());
        log_.welcome();
    }
    void send(RestRequest request) {
        link.request(
            std::move(request), [this](const RestAnswer& answer) { note(answer.body, answer.range); },
            [this](const LinkFailure& failure) { note(failure.error.message, std::nullopt); });
    }
    std::string heard() {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, patience, [&] { return !answers_.empty(); })) throw std::runtime_error("nothing came");
        auto [body, range] = std::move(answers_.front());
        answers_.pop_front();
        last_range = range;
        return body;
    }
    std::string ask(RestRequest request) {
        send(std::move(request));
        return heard();
    }

    std::optional<ContentRange> last_range;

private:
    void note(const std::string& body, std::optional<ContentRange> range) {
        const std::lock_guard lock(mutex_);
        answers_.emplace_back(body, range);
        changed_.notify_all();
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::pair<std::string, std::optional<ContentRange>>> answers_;
    Log log_;

public:
    TestHub hub;
    HubLink link;  // the last: its thread calls the others
};

}  // namespace

TEST_CASE("requests are asked with the log-in's token, one after another on one connection") {
    Asking asking;
    asking.log_in();
    for (int i = 0; i < 3; ++i) asking.send({"GET", "/api/v1/echo?" + std::to_string(i)});
    for (int i = 0; i < 3; ++i) CHECK(asking.heard() == "GET /api/v1/echo?" + std::to_string(i) + "  ");
    CHECK(asking.last_range == std::nullopt);
    CHECK(asking.ask({"GET", "/api/v1/echo", "", 7, 5}) == "GET /api/v1/echo bytes=7-11 ");
    CHECK(asking.last_range == ContentRange{7, 28, 1000});
    CHECK(asking.hub.rest_connections() == 1);
    CHECK(asking.ask({"POST", "/api/v1/echo", "{}"}) == "POST /api/v1/echo  {}");  // what must not be done twice is asked afresh
    CHECK(asking.hub.rest_connections() == 2);
}

TEST_CASE("a hub that refuses a request is heard in its own words, and asked again") {
    Asking asking;
    CHECK(asking.ask({"GET", "/api/v1/echo"}) == "You are not logged in.");
    asking.log_in();
    CHECK(asking.ask({"GET", "/api/v1/echo/forbidden"}) == "Not yours.");
    CHECK(asking.ask({"GET", "/api/v1/echo/a b"}) == "The hub has no such address.");
    CHECK(asking.ask({"GET", "/api/v1/echo/a\r\nX: y"}) == "The hub has no such address.");
    CHECK(asking.ask({"GET", "/api/v1/echo"}) == "GET /api/v1/echo  ");
    CHECK(asking.hub.rest_connections() == 1);
}

TEST_CASE("a connection that the hub has ended meanwhile is dialled anew") {
    Asking asking(Trouble::rest_forgets);
    asking.log_in();
    for (int i = 0; i < 3; ++i) CHECK(asking.ask({"GET", "/api/v1/echo"}) == "GET /api/v1/echo  ");
    CHECK(asking.hub.rest_connections() == 3);
}

TEST_CASE("a hub that does not answer a request, or without end, is given up") {
    Asking silent(Trouble::rest_says_nothing);
    silent.log_in();
    CHECK_THAT(silent.ask({"GET", "/api/v1/echo"}), Catch::Contains("asking"));
    Asking endless(Trouble::rest_is_endless);
    endless.log_in();
    CHECK(endless.ask({"GET", "/api/v1/echo"}) != "");
}

TEST_CASE("nothing is heard of a request after close, and a link that goes in the middle of one leaves no thread behind") {
    Asking asking(Trouble::rest_says_nothing);
    asking.log_in();
    bool heard = false;
    asking.link.request({"GET", "/api/v1/echo"}, [&](const RestAnswer&) { heard = true; }, [&](const LinkFailure&) { heard = true; });
    REQUIRE(eventually([&] { return asking.hub.rest_connections() == 1; }));
    asking.link.close();
    CHECK(eventually([&] { return asking.hub.open_connections() == 0; }));
    CHECK(asking.ask({"GET", "/api/v1/echo"}) == "You are not logged in.");
    CHECK_FALSE(heard);
    Asking again(Trouble::rest_says_nothing);
    again.log_in();
    again.link.request({"GET", "/api/v1/echo"}, [](const RestAnswer&) {}, [](const LinkFailure&) {});
    CHECK(eventually([&] { return again.hub.rest_connections() == 1; }));
}
