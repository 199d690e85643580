#include "tests/bench/relay/flow.hpp"

#include <chrono>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "rfb-ext/wire/client_stream.hpp"

namespace pronto::bench {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t read_bytes = 256 * 1024;
constexpr std::chrono::milliseconds probe_period{10};

/// Microseconds, as a pointer message's two coordinates carry them.
std::uint32_t now_us() {
    using namespace std::chrono;
    return static_cast<std::uint32_t>(duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count());
}

asio::awaitable<void> sleep(tunnel::TlsStream& stream, steady_clock::duration time) {
    asio::steady_timer timer(stream.get_executor(), time);
    ErrorCode ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace

asio::awaitable<void> host_sends(std::shared_ptr<tunnel::TlsStream> stream, Run& run) {
    while (!run.flowing && !run.over) co_await sleep(*stream, std::chrono::milliseconds(5));
    const auto start = steady_clock::now();
    double sent_bytes = 0;
    for (std::size_t i = 0; !run.over; i = (i + 1) % run.traffic->writes.size()) {
        const Bytes& message = run.traffic->writes[i];
        const auto sent = co_await stream->write(ByteView(message));
        if (sent.has_error()) {
            if (!run.over) ++run.broken;
            co_return;
        }
        sent_bytes += static_cast<double>(message.size());
        if (run.paced_bytes_per_s <= 0) continue;
        const auto due = start + std::chrono::duration_cast<steady_clock::duration>(
                                     std::chrono::duration<double>(sent_bytes / run.paced_bytes_per_s));
        const auto early = due - steady_clock::now();
        if (early > std::chrono::milliseconds(1)) co_await sleep(*stream, early);
    }
}

asio::awaitable<void> host_listens(std::shared_ptr<tunnel::TlsStream> stream, Run& run) {
    Bytes buffer(4096);
    wire::ClientStream messages;
    for (;;) {
        const auto got = co_await stream->read(buffer);
        if (got.has_error()) co_return;
        messages.feed(ByteView(buffer).first(got.value()));
        for (;;) {
            const auto next = messages.next();
            if (next.has_error() || !next.value()) break;
            const auto& message = *next.value();
            if (message.type != wire::client::pointer || !run.measuring) continue;
            const auto sent_at = load_u32(&message.bytes[2]);
            run.latencies_us.push_back(static_cast<double>(now_us() - sent_at));
        }
    }
}

asio::awaitable<void> viewer_reads(std::shared_ptr<tunnel::TlsStream> stream, Run& run) {
    Bytes buffer(read_bytes);
    for (;;) {
        const auto got = co_await stream->read(buffer);
        if (got.has_error()) {
            if (!run.over) ++run.broken;
            co_return;
        }
        if (run.measuring) run.received += got.value();
    }
}

asio::awaitable<void> viewer_points(std::shared_ptr<tunnel::TlsStream> stream, Run& run) {
    while (!run.over) {
        Bytes message{static_cast<Byte>(wire::client::pointer), 0};
        append_u32(message, now_us());
        const auto sent = co_await stream->write(ByteView(message));
        if (sent.has_error()) co_return;
        co_await sleep(*stream, probe_period);
    }
}

}  // namespace pronto::bench
