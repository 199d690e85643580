// ScreenClient against hosts that do not play by the rules: it ends with a reason, and never crashes.
#include <catch2/catch.hpp>

#include <random>

#include <sys/socket.h>
#include <unistd.h>

#include "rfb-ext/wire/types.hpp"
#include "tests/unit/rfb-ext/vnc/screen_pair.hpp"
#include "tests/unit/rfb-ext/vnc/server_messages.hpp"

using namespace pronto;
using namespace pronto::test;

namespace {

Bytes greeting(Size size) {
    Bytes made;
    append(made, as_bytes("RFB 003.008\n"));
    append(made, bytes({1, 1, 0, 0, 0, 0}));
    append(made, wire::write({size, {}, "hostile"}));
    return made;
}

/// Says all of `bytes` and hangs up; returns the client's reason.
std::string reason_for(const Bytes& said) {
    Ends ends;
    Noticeboard board;
    std::string why;
    vnc::ScreenClient::Events events;
    events.closed = [&](std::string reason) { board.change([&] { why = std::move(reason); }); };
    vnc::ScreenClient client(ends.left, {}, std::move(events));
    ::send(ends.right, said.data(), said.size(), MSG_NOSIGNAL);
    ::shutdown(ends.right, SHUT_WR);
    board.wait([&] { return !why.empty(); });
    ::close(ends.right);
    return why;
}

std::string reason_after_greeting(const Bytes& said) {
    return reason_for(joined({greeting({64, 48}), said}));
}

}  // namespace

TEST_CASE("a host that is none, wants a password or refuses") {
    CHECK(reason_for(bytes({'H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '2', '0', '0'})) ==
          "the peer does not speak RFB");
    Bytes password;
    append(password, as_bytes("RFB 003.008\n"));
    append(password, bytes({1, 2}));
    append(password, Bytes(16, 0x55));  // the challenge
    CHECK(reason_for(password) == "no security type that both sides know");
    Bytes refusal;
    append(refusal, as_bytes("RFB 003.008\n"));
    append(refusal, bytes({0, 0, 0, 0, 7, 'g', 'o', ' ', 'a', 'w', 'a', 'y'}));
    CHECK(reason_for(refusal) == "the host refused the connection: go away");
}

TEST_CASE("a host that claims a giant screen") {
    CHECK(reason_for(greeting({65535, 65535})) == "a length over its limit");
    CHECK(reason_after_greeting(update({rectangle({0, 0, 60000, 60000}, wire::encoding::desktop_size, {})})) ==
          "a screen of 60000x60000 is not accepted");
}

TEST_CASE("a host that breaks off anywhere") {
    const Bytes whole = joined({greeting({64, 48}), update({rectangle({0, 0, 2, 1}, 0, Bytes(8, 1))})});
    for (std::size_t n = 0; n <= whole.size(); ++n)
        REQUIRE(reason_for(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n))) ==
                "the other side closed the connection");
}

TEST_CASE("a host that sends what was not asked for") {
    CHECK(reason_after_greeting(bytes({77})) == "unknown message 77");
    CHECK(reason_after_greeting(update({rectangle({0, 0, 4, 4}, wire::encoding::zrle, Bytes(8, 0))})) ==
          "encoding 16 was not asked for");
    CHECK(reason_after_greeting(bytes({3, 0, 0, 0, 127, 0, 0, 0})) == "a clipboard text is too long");
    CHECK(reason_after_greeting(joined({bytes({2}), bytes({3, 0, 0, 0, 0, 0, 0, 2, 'h', 'i'})})) ==
          "the other side closed the connection");  // bell and text are passed over
}

TEST_CASE("a host that sends noise") {
    std::minstd_rand random(7);
    for (int round = 0; round < 200; ++round) {
        Bytes said(1 + random() % 600);
        for (Byte& byte : said) byte = static_cast<Byte>(random() % (round % 2 ? 256 : 8));
        if (round % 3) said[0] = 0;
        REQUIRE_FALSE(reason_after_greeting(said).empty());
    }
}

TEST_CASE("a client can be destroyed at any moment of a greeting that does not come") {
    const Bytes said = greeting({64, 48});
    for (const std::size_t n : {std::size_t{0}, std::size_t{5}, std::size_t{13}, said.size() - 3}) {
        Ends ends;
        vnc::ScreenClient client(ends.left, {}, {});
        ::send(ends.right, said.data(), n, MSG_NOSIGNAL);
        client.key(0x61, true);
        ::close(ends.right);
    }
    Ends ends;
    { vnc::ScreenClient client(ends.left, {}, {}); }
    ::close(ends.right);
}
