#include "repeater/web/checks.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace pronto;
using web::Checks;

namespace {

struct Asking {
    ManualClock clock;
    Checks checks{3, clock};
    std::string address = "192.0.2.7";
    Millis wait{0};  ///< of the last answer

    std::optional<net::HttpResponse> ask(const std::string& method, const std::string& path,
                                         const std::string& query = {}, std::string body = {}) {
        net::HttpRequest request;
        request.method = method;
        request.path = path;
        request.query = query;
        request.body = std::move(body);
        request.address = address;
        const auto answer = checks.answer(request);
        if (!answer) return std::nullopt;
        wait = answer->wait;
        return answer->response;
    }
    int look() { return ask("GET", "/api/v1/check")->status; }
    int download(std::size_t bytes) {
        return ask("GET", "/api/v1/check/download", "bytes=" + std::to_string(bytes))->status;
    }
};

}  // namespace

TEST_CASE("a check tells who is there") {
    Asking hub;
    const auto answer = hub.ask("GET", "/api/v1/check");
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK_FALSE(answer->authenticated);  // the connection stays a stranger's, and counts as one
    CHECK(answer->body.find("\"software\":\"pronto-repeater ") != std::string::npos);
    CHECK(answer->body.find("\"protocol\":1") != std::string::npos);
    CHECK(answer->body.find("\"node\":3") != std::string::npos);
}

TEST_CASE("other requests are for others") {
    Asking hub;
    CHECK_FALSE(hub.ask("POST", "/api/v1/check"));
    CHECK_FALSE(hub.ask("GET", "/api/v1/check/upload"));
    CHECK_FALSE(hub.ask("POST", "/api/v1/check/download", "bytes=1"));
    CHECK_FALSE(hub.ask("GET", "/api/v1/check/"));
    CHECK_FALSE(hub.ask("GET", "/api/v1/sessions"));
}

TEST_CASE("a download has as many bytes as were asked for, within bounds") {
    Asking hub;
    CHECK(hub.ask("GET", "/api/v1/check/download", "bytes=1000")->body.size() == 1'000);
    CHECK(hub.ask("GET", "/api/v1/check/download", "bytes=262144")->body.size() == Checks::most_bytes);
    for (const auto* query :
         {"", "bytes=", "bytes=0", "bytes=-1", "bytes=262145", "bytes=1x", "bytes=99999999999999999999999"})
        CHECK(hub.ask("GET", "/api/v1/check/download", query)->status == 400);
}

TEST_CASE("an upload is counted and thrown away") {
    Asking hub;
    CHECK(hub.ask("POST", "/api/v1/check/upload", {}, std::string(5'000, 'x'))->body == "{\"bytes\":5000}");
    CHECK(hub.ask("POST", "/api/v1/check/upload")->body == "{\"bytes\":0}");
}

TEST_CASE("a network may ask only so often in a minute; others are not touched by it") {
    Asking hub;
    for (int i = 0; i < Checks::most_requests; ++i) REQUIRE(hub.look() == 200);
    CHECK(hub.look() == 429);
    CHECK(hub.ask("GET", "/api/v1/check")->retry_after_s > 0);
    hub.address = "192.0.2.8";
    CHECK(hub.look() == 200);
    hub.address = "192.0.2.7";
    hub.clock.advance(Millis(59'000));
    CHECK(hub.look() == 429);
    hub.clock.advance(Millis(1'000));
    CHECK(hub.look() == 200);
}

TEST_CASE("an IPv6 network is one, whatever its addresses") {
    Asking hub;
    for (int i = 0; i < Checks::most_requests; ++i) {
        hub.address = "2001:db8::" + std::to_string(i + 1);
        REQUIRE(hub.look() == 200);
    }
    CHECK(hub.look() == 429);
}

TEST_CASE("a network may move only so many bytes in a minute, up and down together") {
    Asking hub;
    std::size_t moved = 0;
    for (; moved + 2 * Checks::most_bytes <= Checks::most_network_bytes; moved += Checks::most_bytes)
        REQUIRE(hub.download(Checks::most_bytes) == 200);
    REQUIRE(hub.ask("POST", "/api/v1/check/upload", {}, std::string(Checks::most_network_bytes - moved, 'x'))->status ==
            200);
    CHECK(hub.download(1) == 429);
    CHECK(hub.ask("POST", "/api/v1/check/upload", {}, "x")->status == 429);
    CHECK(hub.look() == 200);
}

TEST_CASE("all networks together move only so many bytes at once; then transfers wait, and nothing is refused") {
    Asking hub;
    std::size_t networks = 0;
    const auto another = [&] {
        hub.address = "10.0." + std::to_string(networks / 250) + '.' + std::to_string(networks % 250);
        ++networks;
        return hub.download(Checks::most_bytes);
    };
    while ((networks + 1) * Checks::most_bytes <= Checks::most_bytes_together) {
        REQUIRE(another() == 200);
        REQUIRE(hub.wait == Millis(0));
    }
    REQUIRE(another() == 200);
    REQUIRE(another() == 200);
    CHECK(hub.wait > Millis(50));  // a 1024th of a minute
    CHECK(hub.wait < Millis(70));
    for (int more = 0; more < 100; ++more) {
        REQUIRE(another() == 200);
        REQUIRE(hub.wait <= Checks::longest_wait);
    }
    CHECK(hub.wait == Checks::longest_wait);
    CHECK(hub.ask("POST", "/api/v1/check/upload", {}, "x")->status == 200);
    CHECK(hub.wait == Checks::longest_wait);
    CHECK(hub.look() == 200);
    CHECK(hub.wait == Millis(0));
    hub.clock.advance(Millis(60'000));
    CHECK(another() == 200);
    CHECK(hub.wait == Millis(0));
}

TEST_CASE("however many networks ask, another one may, and the newest are remembered") {
    Asking hub;
    REQUIRE(hub.download(Checks::most_bytes) == 200);
    const auto first = hub.address;
    for (std::size_t network = 0; network < Checks::most_networks; ++network) {
        hub.address = "10." + std::to_string(network / 10'000) + '.' + std::to_string(network / 100 % 100) + '.' +
                      std::to_string(network % 100);
        REQUIRE(hub.look() == 200);
    }
    for (int i = 1; i < Checks::most_requests; ++i) REQUIRE(hub.look() == 200);
    CHECK(hub.look() == 429);
    hub.address = first;
    for (int i = 0; i < Checks::most_requests; ++i) REQUIRE(hub.look() == 200);  // forgotten: all of it again
    CHECK(hub.look() == 429);
}
