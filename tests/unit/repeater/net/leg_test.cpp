#include "repeater/net/leg.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/rfb-ext/tunnel/tls_pair.hpp"

using namespace pronto;
using namespace pronto::net;
using namespace pronto::tunnel::test;

TEST_CASE("what a peer has taken grows as it takes, also in the middle of a write") {
    TlsPair pair;
    pair.shake_hands();
    const auto before = taken_by_peer(*pair.server);
    const Bytes much = pattern(64 * 1024);
    std::size_t sent = 0;
    for (bool room = true; room;) {
        const auto now = pair.server->write_now(much).value();
        sent += now;
        room = now > 0;
    }
    REQUIRE(sent > 0);
    const auto full = taken_by_peer(*pair.server);
    CHECK(full >= before);
    pair.spawn([&]() -> asio::awaitable<void> {
        Bytes into(64 * 1024);
        for (std::size_t got = 0; got < sent;) {
            const auto read = co_await pair.client->read(into);
            got += read.value();
        }
    });
    pair.run();
    CHECK(taken_by_peer(*pair.server) > full);
    CHECK(taken_by_peer(*pair.server) - before >= sent);
    pair.server->close();
    CHECK(taken_by_peer(*pair.server) == 0);
}
