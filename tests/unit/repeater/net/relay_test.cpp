#include "repeater/net/relay.hpp"

#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "tests/unit/rfb-ext/tunnel/tls_pair.hpp"

using namespace pronto;
using namespace pronto::net;
using namespace pronto::tunnel::test;

namespace {

constexpr Millis short_deadline{150};

/// A relay whose legs' other ends are in the test's hands.
struct Stage {
    TlsPair host, viewer;
    asio::io_context& io = host.io;
    std::vector<hub::StreamEnd> ends;
    bool streams = false;
    std::shared_ptr<Relay> relay;

    Stage() {
        host.shake_hands();
        viewer.shake_hands();
        hub::StreamGrant grant;
        grant.session = "1-s";
        relay = std::make_shared<Relay>(
            io, grant, OpenMovie{}, [this](hub::StreamEnd end) { ends.push_back(std::move(end)); },
            [this] { streams = true; }, short_deadline);
    }
    void join(hub::Side side, const std::string& websocket_head = {}) {
        Upgrade upgrade;
        upgrade.parts = (side == hub::Side::host ? host : viewer).server->release();
        upgrade.head = websocket_head;
        upgrade.websocket = !websocket_head.empty();
        Joining joining;
        joining.connection = arrival_of(std::move(upgrade));
        relay->join(side, std::move(joining));
    }
    void host_says(std::string_view text) { says(host, text); }
    void viewer_says(std::string_view text) { says(viewer, text); }
    /// Until the relay has told its end.
    void run() {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (ends.empty() && std::chrono::steady_clock::now() < limit) {
            io.run_one_for(Millis{50});
            viewer.io.poll();
            io.restart();
            viewer.io.restart();
        }
        REQUIRE(ends.size() == 1);
    }

private:
    static void says(TlsPair& pair, std::string_view text) {
        const auto sent = pair.client->write_now(as_bytes(text));
        REQUIRE(sent.value() == text.size());
    }
};

/// All that a host sends in its handshake: version, security None, its result, a screen of 4 x 4 without a name.
std::string whole_host_handshake() {
    std::string said("RFB 003.008\n\x01\x01\0\0\0\0", 18);
    said += std::string("\0\x04\0\x04\x20\x18\0\x01\0\xff\0\xff\0\xff\x10\x08\0\0\0\0\0\0\0\0", 24);
    return said;
}

}  // namespace

TEST_CASE("a host that does not finish its handshake ends the stream, and is named") {
    Stage stage;
    stage.join(hub::Side::host);
    stage.join(hub::Side::viewer);
    stage.host_says("RFB 003.008\n");
    stage.run();
    CHECK(stage.ends[0].cause == hub::StreamEnd::Cause::host_closed);
    CHECK(stage.ends[0].detail == "the guest's side did not finish the RFB handshake in 0.15 s");
    CHECK_FALSE(stage.streams);
}

TEST_CASE("a host that wants a password has none to wait for") {
    Stage stage;
    stage.join(hub::Side::host);
    stage.join(hub::Side::viewer);
    stage.host_says(std::string("RFB 003.008\n\x01\x02", 14) + std::string(16, 'c'));
    stage.run();
    CHECK(stage.ends[0].cause == hub::StreamEnd::Cause::violation);
    CHECK(stage.ends[0].detail == "the guest's screen server: no security type that both sides know");
}

TEST_CASE("a viewer that does not finish its handshake ends the stream, and is named") {
    Stage stage;
    stage.join(hub::Side::host);
    stage.join(hub::Side::viewer);
    stage.host_says(whole_host_handshake());
    stage.run();
    CHECK(stage.ends[0].cause == hub::StreamEnd::Cause::viewer_closed);
    CHECK(stage.ends[0].detail == "the viewer did not finish the RFB handshake in 0.15 s");
}

TEST_CASE("a slow host takes nothing from the viewer's time") {
    Stage stage;
    stage.join(hub::Side::host);
    stage.join(hub::Side::viewer);
    asio::steady_timer late(stage.io, short_deadline * 2 / 3);
    std::optional<std::chrono::steady_clock::time_point> finished;
    late.async_wait([&](const ErrorCode&) {
        finished = std::chrono::steady_clock::now();
        stage.host_says(whole_host_handshake());
    });
    stage.run();
    REQUIRE(finished);
    CHECK(std::chrono::steady_clock::now() - *finished >= short_deadline);
    CHECK(stage.ends[0].detail == "the viewer did not finish the RFB handshake in 0.15 s");
}

TEST_CASE("a leg that does not take the answer to its upgrade ends the stream, and is named") {
    Stage stage;
    // As if it had let everything before it lie: there is no room for the answer.
    const Bytes much = pattern(64 * 1024);
    const int descriptor = stage.viewer.server->next_layer().native_handle();
    while (::send(descriptor, much.data(), much.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0) continue;
    stage.join(hub::Side::viewer);
    stage.run();
    CHECK(stage.ends[0].cause == hub::StreamEnd::Cause::viewer_closed);
    CHECK(stage.ends[0].detail == "the viewer did not take the answer to its upgrade in 0.15 s");
    CHECK_FALSE(stage.streams);
}
