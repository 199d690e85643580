#include "rfb-ext/tunnel/dial.hpp"

#include <cstdlib>

#include <catch2/catch.hpp>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/tunnel/tls_context.hpp"
#include "tests/unit/rfb-ext/tunnel/test_hub.hpp"
#include "tests/unit/rfb-ext/tunnel/test_proxy.hpp"

using namespace pronto;
using namespace pronto::tunnel;
using namespace pronto::tunnel::test;
using namespace std::chrono_literals;
using Kind = LinkFailure::Kind;

namespace {

const std::string asks_for_basic =
    "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"tests\"\r\n"
    "Content-Length: 3000\r\n\r\n" +
    std::string(3000, 'x');

ProxySettings through(const TestProxy& proxy, std::string user = {}, std::string password = {}) {
    ProxySettings settings = parse_proxy(proxy.address());
    settings.user = std::move(user);
    settings.password = Secret(std::move(password));
    return settings;
}

/// Dials a TestHub as the settings say; what came of it.
struct Dialled {
    std::optional<LinkFailure> failure;
    std::vector<DialStep> steps;
    Millis took{};
};

struct Caller {
    TestHub hub;
    TlsContext context = client_context({{hub.pin()}});
    LinkTimes times = [] {
        LinkTimes shorter;
        shorter.step = 2s;
        return shorter;
    }();

    std::shared_ptr<Ways> ways;

    Dialled dial(ProxySettings settings, Millis cut_after = 0ms) {
        ways = make_ways({std::move(settings), {}}, hub.address());
        return dial_again(cut_after);
    }

    Dialled dial_again(Millis cut_after = 0ms) {
        Dialled dialled;
        asio::io_context io;
        Route route{hub.address(), context.get(), true, times};
        route.ways = ways;
        route.heard = [&](const DialStep& step) { dialled.steps.push_back(step); };
        const auto line = std::make_shared<Lifeline>();
        asio::steady_timer timer(io);
        if (cut_after > 0ms) {
            timer.expires_after(cut_after);
            timer.async_wait([line](const ErrorCode&) { line->cut(); });
        }
        const Stopwatch watch;
        const std::function<asio::awaitable<void>()> dialling = [&]() -> asio::awaitable<void> {
            auto stream = co_await pronto::tunnel::dial(route, line);
            if (!stream) dialled.failure = stream.error();
        };
        asio::co_spawn(io, dialling(), rethrow);
        io.run();
        dialled.took = watch.elapsed();
        return dialled;
    }
};

TestProxy::Script always(std::string answer) {
    return [answer](const std::string&, int) { return answer; };
}

}  // namespace

TEST_CASE("an HTTP proxy joins us to the hub, whatever the environment says") {
    ::setenv("https_proxy", "http://127.0.0.1:1", 1);
    ::setenv("all_proxy", "http://127.0.0.1:1", 1);
    ::setenv("no_proxy", "*", 1);
    Caller caller;
    TestProxy proxy(caller.hub.address(), always(joined_answer));
    const auto dialled = caller.dial(through(proxy));
    for (const char* name : {"https_proxy", "all_proxy", "no_proxy"}) ::unsetenv(name);
    CHECK_FALSE(dialled.failure);
    const auto heads = proxy.heads();
    REQUIRE(heads.size() == 1);
    CHECK_THAT(heads[0], Catch::StartsWith("CONNECT " + to_text(caller.hub.address()) + " HTTP/1.1\r\n"));
    CHECK_THAT(heads[0], !Catch::Contains("Authorization"));
    REQUIRE(dialled.steps.size() == 2);
    CHECK(dialled.steps[0].kind == DialStep::Kind::proxy);
    CHECK(dialled.steps[0].what == proxy.address());
    CHECK(dialled.steps[1].kind == DialStep::Kind::tls);
    CHECK_THAT(dialled.steps[1].detail, Catch::Contains("the pinned key"));
}

TEST_CASE("a proxy that asks for a password gets it, and only then") {
    Caller caller;
    TestProxy proxy(caller.hub.address(), [](const std::string& head, int) {
        return head.find("Proxy-Authorization: Basic YWRhOnNlY3JldCA6Pw==\r\n") == std::string::npos ? asks_for_basic
                                                                                                     : joined_answer;
    });
    CHECK_FALSE(caller.dial(through(proxy, "ada", "secret :?")).failure);
    CHECK_THAT(proxy.heads().front(), !Catch::Contains("Authorization"));

    const auto none = caller.dial(through(proxy)).failure;
    REQUIRE(none);
    CHECK(none->kind == Kind::proxy_password);
    CHECK(none->proxy == proxy.address());
    CHECK_THAT(none->error.message, Catch::Contains("asks for a user and a password"));

    const auto before = proxy.heads().size();
    const auto wrong = caller.dial(through(proxy, "ada", "guess")).failure;
    REQUIRE(wrong);
    CHECK(wrong->kind == Kind::proxy_password);
    CHECK_THAT(wrong->error.message, Catch::Contains("does not accept") && !Catch::Contains("guess"));
    const auto after = proxy.heads().size();
    CHECK(after - before <= 3);  // not once a port: accounts get locked

    const auto again = caller.dial_again().failure;
    REQUIRE(again);
    CHECK(again->kind == Kind::proxy_password);
    CHECK(again->error.message == wrong->error.message);
    CHECK(proxy.heads().size() == after);  // nor with every try of a link that lasts
    caller.ways->use_proxy(through(proxy, "ada", "secret :?"));
    CHECK_FALSE(caller.dial_again().failure);
}

TEST_CASE("a proxy that takes no password does not call ours wrong") {
    Caller caller;
    const auto [offer, words] = GENERATE(table<std::string, std::string>(
        {{"Proxy-Authenticate: Negotiate\r\n", "only to log in by Negotiate (Kerberos)"}, {"", "a way that this program does not know"}}));
    TestProxy proxy(caller.hub.address(),
                    always("HTTP/1.1 407 Proxy Authentication Required\r\n" + offer + "Content-Length: 0\r\n\r\n"));
    const auto failure = caller.dial(through(proxy, "ada", "secret")).failure;
    REQUIRE(failure);
    CHECK(failure->kind == Kind::proxy);
    CHECK_THAT(failure->error.message, Catch::Contains(words) && !Catch::Contains("does not accept"));
    for (const auto& head : proxy.heads()) CHECK_THAT(head, !Catch::Contains("Basic"));
}

TEST_CASE("what a proxy says no with is told, with its name and what else was tried") {
    Caller caller;
    TestProxy proxy(caller.hub.address(), always("HTTP/1.1 403 Not \x1b[31mhere\r\nContent-Length: 0\r\n\r\n"));
    const auto dialled = caller.dial(through(proxy));
    REQUIRE(dialled.failure);
    CHECK(dialled.failure->kind == Kind::proxy);
    CHECK(dialled.failure->proxy == proxy.address());
    CHECK_THAT(dialled.failure->error.message, Catch::Contains(proxy.address()) && Catch::Contains("403 Not") &&
                                                   Catch::Contains("Also tried: ports 443, 3128 and 8080.") &&
                                                   !Catch::Contains("\x1b"));
    CHECK(proxy.heads().size() == 4);
    CHECK(dialled.steps.size() == 4);
}

TEST_CASE("an answer that ends anywhere, or is none, ends in words") {
    Caller caller;
    caller.times.step = 5s;
    const std::string whole = "HTTP/1.1 200 Connection established\r\nX: y\r\n\r";
    const auto answer = GENERATE_COPY(as<std::string>(), "S", "HTTP", "HTTP/1.1 20", whole, "SSH-2.0-OpenSSH_9\r\n",
                                      std::string("\0\1\2", 3), "HTTP/1.1 200 OK\r\nX: " + std::string(400'000, 'x'));
    TestProxy proxy(caller.hub.address(), always(answer));
    const auto failure = caller.dial(through(proxy)).failure;
    REQUIRE(failure);
    CHECK(failure->kind == Kind::proxy);
    CHECK_THAT(failure->error.message, Catch::Contains(proxy.address()));
    CHECK(proxy.heads().size() == 1);  // the same on every port
}

TEST_CASE("a proxy that says nothing is given up in time") {
    Caller caller;
    caller.times.step = 300ms;
    TestProxy proxy(caller.hub.address(), always(""));
    const auto dialled = caller.dial(through(proxy));
    REQUIRE(dialled.failure);
    CHECK(dialled.failure->kind == Kind::proxy);
    CHECK_THAT(dialled.failure->error.message, Catch::Contains("within 0.3 s"));
    CHECK(dialled.took < 5s);
}

TEST_CASE("cutting the line ends the wait for a proxy") {
    Caller caller;
    caller.times.step = 60s;
    TestProxy proxy(caller.hub.address(), always(""));
    CHECK(caller.dial(through(proxy), 100ms).took < 20s);
}

TEST_CASE("a proxy that is not there is told once") {
    Caller caller;
    ProxySettings nobody = parse_proxy("http://127.0.0.1:1");
    const auto dialled = caller.dial(nobody);
    REQUIRE(dialled.failure);
    CHECK(dialled.failure->kind == Kind::proxy);
    CHECK_THAT(dialled.failure->error.message, Catch::Contains("http://127.0.0.1:1 cannot be reached"));
    CHECK(dialled.steps.size() == 1);
}

TEST_CASE("a setting that is no proxy ends in words, not in an exception") {
    Caller caller;
    ProxySettings nonsense;
    nonsense.mode = ProxySettings::Mode::custom;
    nonsense.url = "http://";
    const auto failure = caller.dial(nonsense).failure;
    REQUIRE(failure);
    CHECK(failure->kind == Kind::proxy);
    CHECK_THAT(failure->error.message, Catch::Contains("write it like http://proxy.example:3128"));
}

TEST_CASE("no proxy of the system is asked for a hub on this computer") {
    ::setenv("https_proxy", "http://127.0.0.1:1", 1);
    Caller caller;
    const auto dialled = caller.dial({});
    ::unsetenv("https_proxy");
    CHECK_FALSE(dialled.failure);
}
