#include "rfb-ext/tunnel/tls_stream.hpp"

#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "rfb-ext/base/clock.hpp"
#include "tests/unit/rfb-ext/tunnel/tls_pair.hpp"

using namespace pronto;
using namespace pronto::tunnel;
using namespace pronto::tunnel::test;
using namespace boost::asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

namespace {

constexpr auto tuple_token = asio::as_tuple(asio::use_awaitable);

asio::awaitable<void> send(TlsStream& stream, const Bytes& what, std::size_t piece) {
    for (std::size_t at = 0; at < what.size(); at += piece) {
        const ByteView part = ByteView(what).subspan(at, std::min(piece, what.size() - at));
        const Result<void> written = co_await stream.write(part);
        if (!written) throw std::runtime_error("cannot send: " + written.error().message());
    }
}

asio::awaitable<void> receive(TlsStream& stream, Bytes& all, std::size_t expected, std::size_t room) {
    Bytes buffer(room);
    while (all.size() < expected) {
        const Result<std::size_t> got = co_await stream.read(buffer);
        if (!got || *got == 0) throw std::runtime_error("the data ended early");
        append(all, ByteView(buffer).first(*got));
    }
}

asio::awaitable<void> sleep_for(Millis time) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

/// What a read comes to, when it is expected to come to nothing.
asio::awaitable<void> read_error(TlsStream& stream, ErrorCode& error) {
    Bytes buffer(100);
    const Result<std::size_t> got = co_await stream.read(buffer);
    error = got.has_value() ? ErrorCode() : got.error();
}

asio::awaitable<void> shake(TlsStream& stream, TlsStream::Role role, ErrorCode& error) {
    const Result<void> shaken = co_await stream.handshake(role);
    error = shaken.has_value() ? ErrorCode() : shaken.error();
}

}  // namespace

TEST_CASE("bytes pass both ways in any sizes") {
    const auto [piece, room] = GENERATE(table<std::size_t, std::size_t>(
        {{1, 1}, {1, 4096}, {7, 3}, {16384, 1}, {16385, 16383}, {100'000, 65'536}, {65'536, 100}}));
    const std::size_t size = piece == 1 ? 2'000 : 120'011;
    TlsPair pair;
    pair.shake_hands();
    const Bytes down = pattern(size, 1), up = pattern(size + 1, 2);
    Bytes got_down, got_up;
    pair.spawn(send(*pair.server, down, piece));
    pair.spawn(send(*pair.client, up, piece));
    pair.spawn(receive(*pair.client, got_down, down.size(), room));
    pair.spawn(receive(*pair.server, got_up, up.size(), room));
    pair.run();
    CHECK(got_down == down);
    CHECK(got_up == up);
}

TEST_CASE("a slow reader slows the writer and loses nothing") {
    TlsPair pair;
    pair.shake_hands();
    const Bytes data = pattern(8'000'000);
    Bytes got;
    bool written = false, written_early = true;
    pair.spawn([&]() -> asio::awaitable<void> {
        co_await send(*pair.server, data, data.size());
        written = true;
    });
    pair.spawn([&]() -> asio::awaitable<void> {
        co_await sleep_for(100ms);
        written_early = written;
        co_await receive(*pair.client, got, data.size(), 30'000);
    });
    pair.run();
    CHECK_FALSE(written_early);
    CHECK(got == data);
}

TEST_CASE("writing without waiting takes what fits, and the rest may follow from elsewhere") {
    TlsPair pair;
    pair.shake_hands();
    const Bytes data = pattern(8'000'000);
    Bytes got;
    std::size_t taken = 0;
    {
        const Bytes first_place = data;
        const Result<std::size_t> now = pair.server->write_now(first_place);
        REQUIRE(now.has_value());
        taken = *now;
        const Result<std::size_t> full = pair.server->write_now(ByteView(first_place).subspan(taken));
        CHECK(full.value() == 0);
    }
    CHECK(taken > 0);
    CHECK(taken < data.size());
    pair.spawn(receive(*pair.client, got, data.size(), 30'000));
    const Bytes rest(data.begin() + static_cast<std::ptrdiff_t>(taken), data.end());
    pair.spawn(send(*pair.server, rest, rest.size()));
    pair.run();
    CHECK(got == data);
    pair.client->close();
    pair.server->close();
    CHECK(pair.server->write_now(rest).error() == asio::error::operation_aborted);
}

TEST_CASE("keys change in the middle of data that flows both ways") {
    TlsPair pair;
    pair.shake_hands();
    REQUIRE(SSL_version(pair.client->native_handle()) == TLS1_3_VERSION);
    const Bytes data = pattern(3'000'000);
    Bytes got_down, got_up;
    const auto send_with_updates = [&](TlsStream& stream) -> asio::awaitable<void> {
        for (std::size_t at = 0; at < data.size(); at += 100'000) {
            SSL_key_update(stream.native_handle(), SSL_KEY_UPDATE_REQUESTED);
            const Result<void> written = co_await stream.write(ByteView(data).subspan(at, 100'000));
            REQUIRE(written.has_value());
        }
    };
    pair.spawn(send_with_updates(*pair.server));
    pair.spawn(send_with_updates(*pair.client));
    pair.spawn(receive(*pair.client, got_down, data.size(), 50'000));
    pair.spawn(receive(*pair.server, got_up, data.size(), 50'000));
    pair.run();
    CHECK(got_down == data);
    CHECK(got_up == data);
}

TEST_CASE("a peer's end is eof, clean or not, after what it sent") {
    const bool clean = GENERATE(true, false);
    TlsPair pair;
    pair.shake_hands();
    const Bytes last_words = pattern(1'000);
    Bytes got;
    ErrorCode error;
    pair.spawn([&]() -> asio::awaitable<void> {
        co_await send(*pair.server, last_words, last_words.size());
        if (clean) pair.server->close_gracefully();
        pair.server->close();
    });
    pair.spawn([&]() -> asio::awaitable<void> {
        co_await receive(*pair.client, got, last_words.size(), 100);
        co_await read_error(*pair.client, error);
    });
    pair.run();
    CHECK(got == last_words);
    CHECK(error == asio::error::eof);
}

TEST_CASE("a reset connection is the system's error, for readers and writers, and raises no signal") {
    TlsPair pair;
    pair.shake_hands();
    pair.server->next_layer().set_option(asio::socket_base::linger(true, 0));
    pair.server->close();
    ErrorCode read_ended, write_ended;
    pair.spawn(read_error(*pair.client, read_ended));
    pair.run();
    CHECK(read_ended == asio::error::connection_reset);
    pair.spawn([&]() -> asio::awaitable<void> {
        const Bytes more(1000);
        const Result<void> written = co_await pair.client->write(more);
        write_ended = written.error();
    });
    pair.run();
    CHECK(write_ended == asio::error::broken_pipe);
}

TEST_CASE("closing ends a pending read and a pending write with operation_aborted") {
    TlsPair pair;
    pair.shake_hands();
    ErrorCode read_ended, write_ended;
    pair.spawn(read_error(*pair.client, read_ended));
    pair.spawn([&]() -> asio::awaitable<void> {
        const Bytes much(20'000'000);
        const Result<void> written = co_await pair.client->write(much);
        write_ended = written.error();
    });
    pair.spawn([&]() -> asio::awaitable<void> {
        co_await sleep_for(50ms);
        pair.client->close();
    });
    pair.run();
    CHECK(read_ended == asio::error::operation_aborted);
    CHECK(write_ended == asio::error::operation_aborted);
    CHECK_FALSE(pair.client->is_open());
}

TEST_CASE("a stream may be destroyed or moved while it is read") {
    TlsPair pair;
    pair.shake_hands();
    ErrorCode ended;
    SECTION("destroyed") {
        pair.spawn(read_error(*pair.client, ended));
        pair.spawn([&]() -> asio::awaitable<void> {
            co_await sleep_for(20ms);
            pair.client.reset();
        });
        pair.run();
        CHECK(ended == asio::error::operation_aborted);
    }
    SECTION("destroyed when the bytes have just come") {
        pair.spawn(read_error(*pair.client, ended));
        pair.spawn([&]() -> asio::awaitable<void> {
            const Bytes some(10);
            co_await send(*pair.server, some, 10);
            pair.client.reset();
        });
        pair.run();
        CHECK(ended == asio::error::operation_aborted);
    }
    SECTION("moved") {
        std::optional<TlsStream> elsewhere;
        Bytes got;
        const Bytes sent = pattern(10);
        pair.spawn(receive(*pair.client, got, 10, 10));
        pair.spawn([&]() -> asio::awaitable<void> {
            co_await sleep_for(20ms);
            elsewhere.emplace(std::move(*pair.client));
            co_await send(*pair.server, sent, 10);
        });
        pair.run();
        CHECK(got == sent);
    }
}

TEST_CASE("a read that is cancelled by a timer loses nothing") {
    TlsPair pair;
    pair.shake_hands();
    const Bytes sent = pattern(10);
    Bytes got;
    bool timed_out = false;
    pair.spawn([&]() -> asio::awaitable<void> {
        Bytes buffer(10);
        const auto first = co_await (pair.client->read(buffer) || sleep_for(30ms));
        timed_out = first.index() == 1;
        co_await send(*pair.server, sent, 10);
        co_await receive(*pair.client, got, 10, 10);
    });
    pair.run();
    CHECK(timed_out);
    CHECK(got == sent);
}

TEST_CASE("a stream that is never empty leaves its thread to others") {
    TlsPair pair;
    pair.shake_hands();
    const Bytes data = pattern(20'000);
    Bytes got;
    int turns_of_others = 0;
    bool done = false;
    pair.spawn([&]() -> asio::awaitable<void> {
        co_await send(*pair.server, data, data.size());
        asio::post(pair.io, [&] { turns_of_others = 0; });
        co_await receive(*pair.client, got, data.size(), 1);
        done = true;
    });
    std::function<void()> turn = [&] {
        ++turns_of_others;
        if (!done) asio::post(pair.io, turn);
    };
    asio::post(pair.io, turn);
    pair.run();
    CHECK(got == data);
    CHECK(turns_of_others > 1'000);
}

TEST_CASE("garbage instead of a ClientHello fails that handshake") {
    TlsPair pair;
    ErrorCode error;
    asio::write(pair.client->next_layer(), asio::buffer("GET / HTTP/1.1\r\nHost: hub\r\n\r\n", 29));
    pair.spawn(shake(*pair.server, TlsStream::Role::server, error));
    pair.run();
    CHECK(error.category() == tls_category());
    CHECK(error.message() == "http request");
}

TEST_CASE("a peer that stops in the middle of the handshake is cut by the caller's deadline") {
    TlsPair pair;
    const Bytes half_a_hello = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00};
    asio::write(pair.client->next_layer(), asio::buffer(half_a_hello));
    bool timed_out = false;
    ErrorCode error;
    pair.spawn([&]() -> asio::awaitable<void> {
        const auto first = co_await (shake(*pair.server, TlsStream::Role::server, error) || sleep_for(50ms));
        timed_out = first.index() == 1;
    });
    pair.run();
    CHECK(timed_out);
}

TEST_CASE("one connection's error never fails another on the same thread") {
    TlsPair good, bad;
    good.shake_hands();
    const Bytes data = pattern(100'000);
    Bytes got;
    good.spawn(send(*good.server, data, 1'000));
    // OpenSSL's error queue belongs to the thread: whoever does not empty it hands its errors to the next connection.
    good.spawn([&]() -> asio::awaitable<void> {
        Bytes buffer(777);
        while (got.size() < data.size()) {
            ERR_raise(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER);
            const Result<std::size_t> read = co_await good.client->read(buffer);
            REQUIRE(read.has_value());
            append(got, ByteView(buffer).first(*read));
        }
        ERR_raise(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER);
        const Result<void> written = co_await good.client->write(data);
        CHECK(written.has_value());
    });
    good.spawn([&]() -> asio::awaitable<void> {
        Bytes back;
        co_await receive(*good.server, back, data.size(), 5'000);
    });
    good.run();
    CHECK(got == data);
    ERR_clear_error();
}

TEST_CASE("a connection moves to another thread in the middle, with the bytes it holds") {
    TlsPair pair;
    pair.shake_hands();
    const Bytes data = pattern(50'000);
    Bytes got;
    pair.spawn(send(*pair.client, data, data.size()));
    pair.spawn(receive(*pair.server, got, 100, 100));  // the rest of that record stays inside OpenSSL
    pair.run();
    REQUIRE(SSL_pending(pair.server->native_handle()) > 0);

    TlsStream::Parts parts = pair.server->release();
    CHECK_FALSE(pair.server->is_open());
    asio::io_context elsewhere;
    std::optional<TlsStream> moved;
    Bytes answer;
    std::thread other([&] {
        moved.emplace(TlsStream::adopt(elsewhere.get_executor(), std::move(parts)));
        spawn(elsewhere, [&]() -> asio::awaitable<void> {
            co_await receive(*moved, got, data.size(), 1'000);
            co_await send(*moved, got, 10'000);
        });
        run(elsewhere);
    });
    pair.spawn(receive(*pair.client, answer, data.size(), 3'000));
    pair.run();
    other.join();
    CHECK(got == data);
    CHECK(answer == data);
}

TEST_CASE("Beast's side: any buffers, empty ones too, many of them in one record") {
    TlsPair pair;
    pair.shake_hands();
    const Bytes head = pattern(4, 1), body = pattern(70'000, 2);
    Bytes all = head;
    append(all, body);
    Bytes got;
    pair.spawn([&]() -> asio::awaitable<void> {
        const std::array<asio::const_buffer, 4> buffers = {asio::const_buffer(), asio::buffer(head), asio::const_buffer(),
                                                           asio::buffer(body)};
        const auto [error, bytes] = co_await pair.client->async_write_some(buffers, tuple_token);
        CHECK_FALSE(error);
        CHECK(bytes == 16 * 1024);
        const asio::const_buffer nothing;
        const auto [empty_error, none] = co_await pair.client->async_write_some(nothing, tuple_token);
        CHECK_FALSE(empty_error);
        CHECK(none == 0);
        const auto rest = asio::buffer(all) + bytes;
        const auto [rest_error, more] = co_await asio::async_write(*pair.client, rest, tuple_token);
        CHECK_FALSE(rest_error);
        CHECK(more == all.size() - bytes);
    });
    pair.spawn([&]() -> asio::awaitable<void> {
        Bytes buffer(9'999);
        while (got.size() < all.size()) {
            const std::array<asio::mutable_buffer, 2> buffers = {asio::mutable_buffer(), asio::buffer(buffer)};
            const auto [error, bytes] = co_await pair.server->async_read_some(buffers, tuple_token);
            REQUIRE_FALSE(error);
            append(got, ByteView(buffer).first(bytes));
        }
    });
    pair.run();
    CHECK(got == all);
}

TEST_CASE("Beast's side: handlers come later, never from the initiating call; closing and cancelling end them") {
    TlsPair pair;
    pair.shake_hands();
    Bytes buffer(10);
    ErrorCode ended;
    bool called = false;
    SECTION("later") {
        pair.client->async_write_some(asio::buffer(buffer), [&](ErrorCode error, std::size_t) {
            called = true;
            ended = error;
        });
        CHECK_FALSE(called);
        pair.run();
        CHECK(called);
        CHECK_FALSE(ended);
    }
    SECTION("closed") {
        pair.client->async_read_some(asio::buffer(buffer), [&](ErrorCode error, std::size_t) { ended = error; });
        asio::post(pair.io, [&] { pair.client.reset(); });
        pair.run();
        CHECK(ended == asio::error::operation_aborted);
    }
    SECTION("cancelled") {
        asio::cancellation_signal signal;
        pair.client->async_read_some(
            asio::buffer(buffer),
            asio::bind_cancellation_slot(signal.slot(), [&](ErrorCode error, std::size_t) { ended = error; }));
        asio::post(pair.io, [&] { signal.emit(asio::cancellation_type::terminal); });
        pair.run();
        CHECK(ended == asio::error::operation_aborted);
    }
}
