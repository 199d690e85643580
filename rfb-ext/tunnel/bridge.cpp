#include "rfb-ext/tunnel/bridge.hpp"

#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "rfb-ext/base/log.hpp"

namespace pronto::tunnel {

namespace {

using Local = asio::local::stream_protocol::socket;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t buffer_bytes = 64 * 1024;
constexpr std::size_t record_bytes = 16 * 1024;
/// What the kernel may hold between the library and us: pictures that wait there are stale.
constexpr int local_queue_bytes = 64 * 1024;

/// LibVNCServer writes an update in bits of 128 bytes: a bit that follows others closely waits a moment for company. One
/// that comes after a pause, a key press for example, does not.
constexpr std::chrono::microseconds company_wait{250};
constexpr std::chrono::milliseconds longest_company_wait{1};
constexpr std::chrono::milliseconds pause_between_bursts{2};

/// A socket pair: our end, and the one for the library.
struct LocalPair {
    int ours = -1;
    int theirs = -1;
};

Result<LocalPair> make_local_pair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
        return ErrorCode(errno, boost::system::system_category());
    for (const int end : ends) ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &local_queue_bytes, sizeof local_queue_bytes);
    LocalPair pair{ends[0], ends[1]};
    if (pair.theirs > pair.ours) std::swap(pair.theirs, pair.ours);  // the lower one for the library, which selects
    if (pair.theirs < FD_SETSIZE) return pair;
    ::close(pair.ours);
    ::close(pair.theirs);
    return ErrorCode(EMFILE, boost::system::system_category());
}

class Bridge final : public std::enable_shared_from_this<Bridge> {
public:
    Bridge(Route route, std::shared_ptr<Lifeline> line, StreamLeg network, const LocalPair& pair)
        : route_(std::move(route)),
          network_(std::move(network)),
          local_(network_.get_executor(), asio::local::stream_protocol(), pair.ours),
          theirs_(pair.theirs),
          end_(network_.get_executor(), [this] { cut(); }),
          hold_(std::move(line), [this] { cut(); }) {
        local_.non_blocking(true);
    }
    ~Bridge() {
        if (theirs_ >= 0) ::close(theirs_);
    }

    asio::awaitable<Linked<bool>> do_preface(std::shared_ptr<Bridge> self, Preface preface, Bytes early);
    int hand_out() { return std::exchange(theirs_, -1); }
    void start(std::size_t drop_local) {
        const auto executor = network_.get_executor();
        asio::co_spawn(executor, network_to_local(shared_from_this()), rethrow);
        asio::co_spawn(executor, local_to_network(shared_from_this(), drop_local), rethrow);
    }

private:
    static asio::awaitable<void> network_to_local(std::shared_ptr<Bridge> self);
    static asio::awaitable<void> local_to_network(std::shared_ptr<Bridge> self, std::size_t drop);
    asio::awaitable<bool> put_local(ByteView bytes);
    asio::awaitable<bool> put_network(ByteView bytes);
    asio::awaitable<std::size_t> gather(std::span<Byte> buffer);
    std::size_t take_local(std::span<Byte> into);

    void cut() {
        ErrorCode ignored;
        local_.close(ignored);
        network_.close_gracefully();
        network_.close();
    }
    /// The watchdog of one direction: closes everything when one write takes too long.
    auto watchdog(const char* side) {
        return [this, side] {
            log::warning("a stream is cut: its {} side took nothing for {:g} s", side,
                         std::chrono::duration<double>(route_.times.stall).count());
            cut();
        };
    }

    Route route_;
    StreamLeg network_;
    Local local_;
    int theirs_;
    bool local_ended_ = false;
    SteadyTime last_sent_{};
    Deadline end_;
    Lifeline::Hold hold_;
};

asio::awaitable<Linked<bool>> Bridge::do_preface(std::shared_ptr<Bridge> self, Preface preface, Bytes early) {
    const Where where = route_.where("the stream's preface");
    Deadline deadline(network_.get_executor(), [self] { self->cut(); });
    deadline.set(route_.times.step);
    const auto sent = co_await network_.write(as_bytes(preface.send));
    if (deadline.is_missed()) co_return timed_out(where);
    if (!sent) co_return lost(where, in_words(sent.error()));
    Bytes buffer(4096);
    while (early.size() < preface.await_bytes) {
        const auto got = co_await network_.read(buffer);
        if (deadline.is_missed()) co_return timed_out(where);
        if (!got) co_return lost(where, in_words(got.error()));
        append(early, ByteView(buffer).first(*got));
    }
    const bool put = co_await put_local(early);
    if (!put) co_return timed_out(where);
    co_return true;
}

asio::awaitable<void> Bridge::network_to_local(std::shared_ptr<Bridge> self) {
    Bytes buffer(buffer_bytes);
    bool local_listens = true;
    for (;;) {
        const auto got = co_await self->network_.read(buffer);
        if (!got) break;
        if (!local_listens) continue;  // read to the end all the same: a reset would overtake our last bytes
        const auto bytes = ByteView(buffer).first(*got);
        local_listens = co_await self->put_local(bytes);
    }
    self->cut();
}

asio::awaitable<void> Bridge::local_to_network(std::shared_ptr<Bridge> self, std::size_t drop) {
    Bytes buffer(buffer_bytes);
    for (;;) {
        const std::size_t got = co_await self->gather(buffer);
        if (got == 0) break;
        const std::size_t dropped = std::min(drop, got);
        drop -= dropped;
        const auto bytes = ByteView(buffer).first(got).subspan(dropped);
        const bool put = co_await self->put_network(bytes);
        if (!put) break;
    }
    self->local_ended_ = true;
    self->network_.close_gracefully();
    self->end_.set(self->route_.times.goodbye);
}

/// What can be read without waiting; notes the end.
std::size_t Bridge::take_local(std::span<Byte> into) {
    std::size_t taken = 0;
    while (taken < into.size() && !local_ended_) {
        ErrorCode error;
        const auto room = into.subspan(taken);
        const std::size_t got = local_.read_some(asio::buffer(room.data(), room.size()), error);
        taken += got;
        if (error == asio::error::would_block || error == asio::error::try_again) break;
        if (error == asio::error::interrupted) continue;
        if (error) local_ended_ = true;
    }
    return taken;
}

/// Waits for bytes from the local side and, in the middle of a burst, a moment for more. 0 at the end.
asio::awaitable<std::size_t> Bridge::gather(std::span<Byte> buffer) {
    std::size_t got = take_local(buffer);
    while (got == 0 && !local_ended_) {
        const auto [error] = co_await local_.async_wait(Local::wait_read, completion);
        if (error) co_return 0;
        got = take_local(buffer);
    }
    const auto began = std::chrono::steady_clock::now();
    if (began - last_sent_ > pause_between_bursts) co_return got;
    asio::steady_timer timer(network_.get_executor());
    while (got < record_bytes && !local_ended_ && std::chrono::steady_clock::now() - began < longest_company_wait) {
        timer.expires_after(company_wait);
        co_await timer.async_wait(completion);
        const std::size_t more = take_local(buffer.subspan(got));
        got += more;
        if (more == 0) break;
    }
    co_return got;
}

asio::awaitable<bool> Bridge::put_network(ByteView bytes) {
    Deadline deadline(network_.get_executor(), watchdog("network"));
    while (!bytes.empty()) {
        deadline.set(route_.times.stall);
        const auto piece = bytes.first(std::min(bytes.size(), record_bytes));
        const auto sent = co_await network_.write(piece);
        if (!sent) co_return false;
        bytes = bytes.subspan(piece.size());
    }
    last_sent_ = std::chrono::steady_clock::now();
    co_return true;
}

asio::awaitable<bool> Bridge::put_local(ByteView bytes) {
    Deadline deadline(network_.get_executor(), watchdog("local"));
    while (!bytes.empty()) {
        ErrorCode error;
        const std::size_t put = local_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
        bytes = bytes.subspan(put);
        if (!error || error == asio::error::interrupted) continue;
        if (error != asio::error::would_block && error != asio::error::try_again) co_return false;
        deadline.set(route_.times.stall);
        const auto [problem] = co_await local_.async_wait(Local::wait_write, completion);
        if (problem) co_return false;
    }
    co_return true;
}

LinkFailure no_descriptor(const Where& where, const ErrorCode& error) {
    return unreachable(where, error == boost::system::errc::too_many_files_open
                                  ? "this program has too many files and connections open"
                                  : error.message());
}

}  // namespace

asio::awaitable<void> bridge(Route route, std::shared_ptr<Lifeline> line, Upgraded stream, Preface preface, BridgeCalls calls) {
    const auto pair = make_local_pair();
    if (!pair) {
        calls.failure(no_descriptor(route.where("opening the stream"), pair.error()));
        co_return;
    }
    const auto joined = std::make_shared<Bridge>(route, line, std::move(stream.network), *pair);
    const auto drop = preface.drop_local;
    const auto done = co_await joined->do_preface(joined, std::move(preface), std::move(stream.early));
    if (line->is_cut()) co_return;
    if (!done) {
        calls.failure(done.error());
        co_return;
    }
    joined->start(drop);
    calls.ready(joined->hand_out());
}

}  // namespace pronto::tunnel
