#include "rfb-ext/wire/handshake.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/rfb-ext/wire/builders.hpp"

using namespace pronto;
using namespace pronto::wire;
using namespace pronto::wire::test;

namespace {

/// What came of feeding a handshake some bytes.
struct Outcome {
    Bytes reply;
    std::size_t consumed = 0;
    bool done = false;
    std::optional<ErrorCode> error;
    bool operator==(const Outcome&) const = default;
};

/// Bytes arrive in two runs, the first of `cut`; what was not consumed is offered again with the rest.
template <class Handshake>
Outcome shake(Handshake& handshake, ByteView bytes, std::size_t cut) {
    Outcome outcome;
    for (const std::size_t end : {cut, bytes.size()}) {
        if (outcome.done || outcome.error) break;
        const auto progress = handshake.feed(bytes.subspan(outcome.consumed, end - outcome.consumed));
        if (!progress) {
            outcome.error = progress.error();
            break;
        }
        append(outcome.reply, progress->reply);
        outcome.consumed += progress->consumed;
        outcome.done = progress->done;
    }
    return outcome;
}

/// Byte by byte.
template <class Handshake>
Outcome crawl(Handshake& handshake, ByteView bytes) {
    Outcome outcome;
    for (std::size_t end = 1; end <= bytes.size() && !outcome.done && !outcome.error; ++end) {
        const auto progress = handshake.feed(bytes.subspan(outcome.consumed, end - outcome.consumed));
        if (!progress) {
            outcome.error = progress.error();
            break;
        }
        append(outcome.reply, progress->reply);
        outcome.consumed += progress->consumed;
        outcome.done = progress->done;
    }
    return outcome;
}

Outcome host(const Bytes& bytes) {
    HostHandshake whole;
    const auto outcome = shake(whole, bytes, bytes.size());
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        HostHandshake again;
        const auto same = shake(again, bytes, cut);
        REQUIRE(same.error == outcome.error);
        REQUIRE(same.done == outcome.done);
        REQUIRE(again.reason() == whole.reason());
        if (!outcome.error) REQUIRE(same == outcome);
        if (outcome.done) REQUIRE(again.server_init() == whole.server_init());
    }
    HostHandshake slow;
    const auto same = crawl(slow, bytes);
    REQUIRE(same.error == outcome.error);
    if (!outcome.error) REQUIRE(same == outcome);
    return outcome;
}

Outcome viewer(const Bytes& bytes, bool shared = true) {
    const auto init = screen_of(640, 480);
    ViewerHandshake whole(init);
    const auto outcome = shake(whole, bytes, bytes.size());
    if (outcome.done) REQUIRE(whole.shared() == shared);
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        ViewerHandshake again(init);
        const auto same = shake(again, bytes, cut);
        REQUIRE(same.error == outcome.error);
        if (!outcome.error) REQUIRE(same == outcome);
    }
    return outcome;
}

const Bytes server_init = write(screen_of(640, 480));

}  // namespace

TEST_CASE("a 3.8 host: version, None, result, shared, ServerInit") {
    const Bytes sent = Sent().text("RFB 003.008\n").u8(2).u8(2).u8(1).u32(0).then(server_init);
    const auto outcome = host(Sent().then(sent).text("what follows"));
    REQUIRE(outcome.done);
    REQUIRE(outcome.consumed == sent.size());
    REQUIRE(outcome.reply == Bytes(Sent().text("RFB 003.008\n").u8(1).u8(1)));
    HostHandshake handshake;
    REQUIRE(handshake.feed(sent).value().done);
    REQUIRE(handshake.server_init() == screen_of(640, 480));
    REQUIRE(handshake.feed(sent).value().consumed == 0);  // done stays done
}

TEST_CASE("a 3.7 host has no security result for None") {
    const auto outcome = host(Sent().text("RFB 003.007\n").u8(1).u8(1).then(server_init));
    REQUIRE(outcome.done);
    REQUIRE(outcome.reply == Bytes(Sent().text("RFB 003.007\n").u8(1).u8(1)));
}

TEST_CASE("a 3.3 host decides the security type") {
    const auto outcome = host(Sent().text("RFB 003.003\n").u32(1).then(server_init));
    REQUIRE(outcome.done);
    REQUIRE(outcome.reply == Bytes(Sent().text("RFB 003.003\n").u8(1)));
    REQUIRE(host(Sent().text("RFB 003.003\n").u32(16)).error == make_error_code(WireError::no_common_security));
}

TEST_CASE("versions the RFC does not name are taken for the nearest below") {
    for (const auto* version : {"RFB 003.004\n", "RFB 003.005\n", "RFB 003.006\n"})
        REQUIRE(host(Sent().text(version).u32(1).then(server_init)).reply == Bytes(Sent().text("RFB 003.003\n").u8(1)));
    for (const auto* version : {"RFB 003.009\n", "RFB 003.889\n", "RFB 004.000\n", "RFB 004.001\n", "RFB 005.000\n"}) {
        const auto outcome = host(Sent().text(version).u8(1).u8(1).u32(0).then(server_init));
        REQUIRE(outcome.done);
        REQUIRE(outcome.reply == Bytes(Sent().text("RFB 003.008\n").u8(1).u8(1)));
    }
    for (const auto* version : {"RFB 000.000\n", "RFB 003.002\n", "RFB 002.009\n"})
        REQUIRE(host(Sent().text(version)).error == make_error_code(WireError::unknown_version));
}

TEST_CASE("what is not RFB is refused at its first wrong byte") {
    for (const auto* line :
         {"HTTP/1.1 400 Bad", "RFB 003.008\r", "RFB 03.0008\n", "RFB 003,008\n", "rfb 003.008\n", "RFB -03.008\n"})
        REQUIRE(host(Sent().text(line)).error == make_error_code(WireError::not_rfb));
    HostHandshake early;
    REQUIRE(early.feed(Bytes{'H'}).error() == make_error_code(WireError::not_rfb));
    REQUIRE(viewer(Sent().text("GET / HTTP/1.1\r\n")).error == make_error_code(WireError::not_rfb));
}

TEST_CASE("a host's refusal comes with its words") {
    const auto reason = Bytes(Sent().u32(8).text("too busy"));
    const std::vector<Bytes> refusals{
        Sent().text("RFB 003.003\n").u32(0).then(reason),
        Sent().text("RFB 003.007\n").u8(0).then(reason),
        Sent().text("RFB 003.008\n").u8(0).then(reason),
        Sent().text("RFB 003.008\n").u8(1).u8(1).u32(1).then(reason),
        Sent().text("RFB 003.008\n").u8(1).u8(1).u32(2).then(reason),
    };
    for (const auto& refusal : refusals) {
        REQUIRE(host(refusal).error == make_error_code(WireError::refused));
        HostHandshake handshake;
        REQUIRE(handshake.feed(refusal).has_error());
        REQUIRE(handshake.reason() == "too busy");
    }
    REQUIRE(host(Sent().text("RFB 003.008\n").u8(0).u32(4097).any(10)).error == make_error_code(WireError::oversized));
    REQUIRE(host(Sent().text("RFB 003.008\n").u8(0).u32(0xFFFF'FFFF).any(10)).error ==
            make_error_code(WireError::oversized));
}

TEST_CASE("a host without security type None or VncAuth is refused") {
    for (const auto* version : {"RFB 003.007\n", "RFB 003.008\n"})
        REQUIRE(host(Sent().text(version).u8(3).u8(5).u8(16).u8(19)).error ==
                make_error_code(WireError::no_common_security));
}

TEST_CASE("a host's ServerInit keeps the limits") {
    const auto begin = Bytes(Sent().text("RFB 003.003\n").u32(1));
    const auto init = [&](ServerInit with) { return Bytes(Sent().then(begin).then(write(with))); };
    auto named = screen_of(10, 10);
    named.name.assign(4096, 'n');
    REQUIRE(host(init(named)).done);
    named.name += 'n';
    REQUIRE(host(init(named)).error == make_error_code(WireError::oversized));
    REQUIRE(host(init(screen_of(16'385, 1))).error == make_error_code(WireError::oversized));
    REQUIRE(host(init(screen_of(16'384, 16'384))).error == make_error_code(WireError::oversized));
    auto odd = screen_of(10, 10);
    odd.format.bits_per_pixel = 24;
    REQUIRE(host(init(odd)).error == make_error_code(WireError::bad_value));
}

TEST_CASE("a viewer is greeted with 3.8 and let in without password") {
    const auto greeting = ViewerHandshake(screen_of(640, 480)).greeting();
    REQUIRE(as_text(greeting) == "RFB 003.008\n");
    const Bytes sent = Sent().text("RFB 003.008\n").u8(1).u8(1);
    const auto outcome = viewer(Sent().then(sent).text("what follows"));
    REQUIRE(outcome.done);
    REQUIRE(outcome.consumed == sent.size());
    REQUIRE(outcome.reply == Bytes(Sent().u8(1).u8(1).u32(0).then(server_init)));
}

TEST_CASE("viewers of 3.7, 3.3 and of no known version are let in as their version has it") {
    REQUIRE(viewer(Sent().text("RFB 003.007\n").u8(1).u8(0), false).reply ==
            Bytes(Sent().u8(1).u8(1).then(server_init)));
    for (const auto* version : {"RFB 003.003\n", "RFB 003.005\n", "RFB 003.006\n"})
        REQUIRE(viewer(Sent().text(version).u8(1)).reply == Bytes(Sent().u32(1).then(server_init)));
    for (const auto* version : {"RFB 003.889\n", "RFB 004.001\n"})
        REQUIRE(viewer(Sent().text(version).u8(1).u8(1)).reply == Bytes(Sent().u8(1).u8(1).u32(0).then(server_init)));
    REQUIRE(viewer(Sent().text("RFB 003.001\n")).error == make_error_code(WireError::unknown_version));
}

TEST_CASE("a viewer cannot choose what was not offered") {
    REQUIRE(viewer(Sent().text("RFB 003.008\n").u8(2)).error == make_error_code(WireError::no_common_security));
    REQUIRE(viewer(Sent().text("RFB 003.007\n").u8(0)).error == make_error_code(WireError::no_common_security));
}
