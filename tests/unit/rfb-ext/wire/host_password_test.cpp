#include <catch2/catch.hpp>

#include "rfb-ext/wire/handshake.hpp"
#include "tests/unit/rfb-ext/wire/builders.hpp"

using namespace pronto;
using namespace pronto::wire;
using namespace pronto::wire::test;

namespace {

constexpr std::string_view password = "secret";
const Bytes server_init = write(screen_of(640, 480));

Challenge some_challenge() {
    Challenge challenge;
    challenge.fill(0x5A);
    return challenge;
}

/// What a host says before the password, as its version has it.
struct Host {
    Bytes before;  ///< to the challenge's end
    Bytes replies;
    bool reasons = false;  ///< a failing SecurityResult has one

    Bytes lets_in() const { return Sent().then(before).u32(0).then(server_init); }
    Bytes turns_away(unsigned result) const {
        Sent sent;
        sent.then(before).u32(result);
        return reasons ? sent.u32(8).text("no entry") : sent;
    }
};

std::vector<Host> hosts() {
    const auto challenge = some_challenge();
    const Bytes bytes(challenge.begin(), challenge.end());
    return {
        {Sent().text("RFB 003.003\n").u32(2).then(bytes), Sent().text("RFB 003.003\n"), false},
        {Sent().text("RFB 003.007\n").u8(1).u8(2).then(bytes), Sent().text("RFB 003.007\n").u8(2), false},
        {Sent().text("RFB 003.008\n").u8(3).u8(16).u8(2).u8(30).then(bytes), Sent().text("RFB 003.008\n").u8(2), true},
    };
}

/// An I/O loop that has the password at hand; `end` is how far the bytes have come.
struct Session {
    HostHandshake handshake;
    std::size_t consumed = 0;
    Bytes replies;
    bool done = false;
    std::optional<ErrorCode> error;

    void come(ByteView bytes, std::size_t end) {
        for (bool again = true; again && !done && !error;) {
            again = take(handshake.feed(bytes.subspan(consumed, end - consumed)));
            if (handshake.wants_password()) {
                take(handshake.give_password(password));
                again = true;
            }
        }
    }
    bool take(const Result<Progress>& progress) {
        if (!progress) return error = progress.error(), false;
        consumed += progress->consumed;
        append(replies, progress->reply);
        done = progress->done;
        return progress->consumed > 0;
    }
};

Session session(const Bytes& bytes, std::size_t cut) {
    Session session;
    session.come(bytes, cut);
    session.come(bytes, bytes.size());
    return session;
}

}  // namespace

TEST_CASE("a host gets the password's response and lets in, whatever its version and wherever it is cut") {
    for (const auto& host : hosts()) {
        const auto response = vnc_response(some_challenge(), password);
        const Bytes replies = Sent().then(host.replies).then({response.begin(), response.end()}).u8(1);
        for (std::size_t cut = 0; cut <= host.lets_in().size(); ++cut) {
            const auto shaken = session(host.lets_in(), cut);
            REQUIRE_FALSE(shaken.error);
            REQUIRE(shaken.done);
            REQUIRE(shaken.consumed == host.lets_in().size());
            REQUIRE(shaken.replies == replies);
            REQUIRE(shaken.handshake.server_init() == screen_of(640, 480));
            REQUIRE_FALSE(shaken.handshake.failure());
        }
    }
}

TEST_CASE("a host waits for its password and nothing is lost") {
    for (const auto& host : hosts()) {
        HostHandshake handshake;
        for (std::size_t end = 0; end < host.before.size(); ++end) {
            HostHandshake early;
            REQUIRE(early.feed(ByteView(host.before).first(end)).has_value());
            REQUIRE_FALSE(early.wants_password());
            REQUIRE(early.give_password(password).error() == make_error_code(WireError::bad_value));
        }
        REQUIRE(handshake.feed(host.lets_in()).value().consumed == host.before.size());
        for (int day = 0; day < 3; ++day) {
            const auto waiting = handshake.feed(server_init).value();
            REQUIRE(waiting.consumed == 0);
            REQUIRE(waiting.reply.empty());
            REQUIRE_FALSE(waiting.done);
            REQUIRE(handshake.wants_password());
        }
        const auto given = handshake.give_password(password).value();
        REQUIRE(given.consumed == 0);
        REQUIRE(given.reply.size() == challenge_bytes);
        REQUIRE_FALSE(handshake.wants_password());
        REQUIRE(handshake.give_password(password).error() == make_error_code(WireError::bad_value));
        REQUIRE(handshake.feed(Bytes(Sent().u32(0).then(server_init))).value().done);
    }
}

TEST_CASE("a wrong password is told, with the host's words where the version has them") {
    for (const auto& host : hosts())
        for (const unsigned result : {1U, 2U, 7U}) {
            const auto bytes = host.turns_away(result);
            for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
                const auto shaken = session(bytes, cut);
                REQUIRE(shaken.error == make_error_code(WireError::wrong_password));
                REQUIRE(shaken.handshake.failure() == WireError::wrong_password);
                REQUIRE(shaken.handshake.reason() == (host.reasons ? "no entry" : ""));
            }
        }
}

TEST_CASE("a host that closes instead of giving its reason has still said that the password is wrong") {
    const auto host = hosts().back();
    auto shaken = session(Sent().then(host.before).u32(1), 0);
    REQUIRE_FALSE(shaken.error);
    REQUIRE(shaken.handshake.failure() == WireError::wrong_password);
    shaken = session(Sent().text("RFB 003.008\n").u8(0).u32(9), 0);
    REQUIRE_FALSE(shaken.error);
    REQUIRE(shaken.handshake.failure() == WireError::refused);
    shaken = session(Sent().then(host.before).u32(1).u32(4097), 0);
    REQUIRE(shaken.error == make_error_code(WireError::oversized));
    REQUIRE(shaken.handshake.failure() == WireError::wrong_password);
}

TEST_CASE("no password is asked for where a host offers None") {
    for (const unsigned minor : {7U, 8U}) {
        Sent sent;
        sent.text(minor == 7 ? "RFB 003.007\n" : "RFB 003.008\n").u8(2).u8(2).u8(1);
        if (minor == 8) sent.u32(0);
        const auto shaken = session(sent.then(server_init), 0);
        REQUIRE(shaken.done);
        REQUIRE(shaken.replies.at(12) == 1);
    }
}
