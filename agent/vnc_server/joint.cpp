#include "agent/vnc_server/joint.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agent/vnc_server/open_server.hpp"
#include "rfb-ext/wire/handshake.hpp"

namespace pronto::vnc_server {
namespace {

using tunnel::Deadline;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t buffer_bytes = 64 * 1024;
constexpr std::size_t most_inserted_bytes = 256 * 1024;

/// Reads to the end: closed with bytes unread, a connection is reset, and the other side may throw away what it has not
/// read by then.
asio::awaitable<void> see_off(asio::ip::tcp::socket socket, Millis limit) {
    Deadline deadline(socket.get_executor(), [&socket] {
        ErrorCode ignored;
        socket.close(ignored);
    });
    deadline.set(limit);
    Bytes buffer(buffer_bytes);
    ErrorCode ended;
    while (!ended) {
        const auto [error, got] = co_await socket.async_read_some(asio::buffer(buffer), completion);
        ended = error;
    }
}

}  // namespace

Joint::Joint(const asio::any_io_executor& executor, int fd, Permission permission, Server server, Times times,
             Calls calls)
    : viewer_(executor, asio::local::stream_protocol(), fd),
      server_(executor),
      permission_(permission),
      target_(std::move(server)),
      times_(times),
      calls_(std::move(calls)),
      input_(permission) {
    viewer_.non_blocking(true);
}

void Joint::start() {
    asio::co_spawn(viewer_.get_executor(), run(shared_from_this()), tunnel::rethrow);
}

asio::awaitable<void> Joint::run(std::shared_ptr<Joint> self) {
    auto opened = co_await open_server(self->target_, self->line_, self->times_.open);
    if (self->over_) co_return;
    if (!opened) {
        self->lose_server(opened.error());
        co_return;
    }
    self->server_ = std::move(opened->socket);
    self->server_.non_blocking(true);
    Bytes early;
    const bool greeted = co_await self->greet_viewer(std::move(opened->init), early);
    if (self->over_) co_return;
    if (!greeted) {
        self->lose_viewer("the hub does not take the screen");
        co_return;
    }
    self->joined_ = true;
    const auto executor = self->viewer_.get_executor();
    asio::co_spawn(executor, server_to_viewer(self, std::move(opened->early)), tunnel::rethrow);
    asio::co_spawn(executor, viewer_to_server(self, std::move(early)), tunnel::rethrow);
}

/// The server's side of the handshake. `early`: what came after it.
asio::awaitable<bool> Joint::greet_viewer(wire::ServerInit init, Bytes& early) {
    wire::ViewerHandshake handshake(std::move(init));
    Deadline deadline(viewer_.get_executor(), [this] { lose_viewer("the hub does not take the screen"); });
    deadline.set(times_.stall);
    const auto greeting = handshake.greeting();
    bool put = co_await put_viewer(greeting);
    Bytes buffer(4096);
    while (put) {
        const auto fed = handshake.feed(early);
        if (!fed) co_return false;
        early.erase(early.begin(), early.begin() + static_cast<std::ptrdiff_t>(fed->consumed));
        put = co_await put_viewer(fed->reply);
        if (fed->done) break;
        const auto got = co_await take_viewer(buffer);
        if (got == 0) co_return false;
        append(early, ByteView(buffer).first(got));
    }
    co_return put;
}

asio::awaitable<void> Joint::server_to_viewer(std::shared_ptr<Joint> self, Bytes early) {
    bool put = co_await self->put_viewer(early);
    Bytes buffer(buffer_bytes);
    while (put) {
        const auto [error, got] = co_await self->server_.async_read_some(asio::buffer(buffer), completion);
        if (error) {
            self->lose_server(server_gone(self->target_.address));
            co_return;
        }
        const auto bytes = ByteView(buffer).first(got);
        put = co_await self->put_viewer(bytes);
    }
    self->lose_viewer("the stream has ended, or takes nothing");
}

asio::awaitable<void> Joint::viewer_to_server(std::shared_ptr<Joint> self, Bytes early) {
    Bytes buffer(buffer_bytes);
    Bytes more = std::move(early);
    for (;;) {
        auto messages = self->input_.take(more);
        if (!messages) {
            self->lose_viewer(messages.error().message());
            co_return;
        }
        append(*messages, self->inserted_);
        self->inserted_.clear();
        const bool put = co_await self->put_server(*messages);
        if (!put) {
            self->lose_server(server_gone(self->target_.address));
            co_return;
        }
        const auto got = co_await self->take_viewer(buffer);
        if (got == 0 && self->inserted_.empty()) break;
        more.assign(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got));
    }
    self->lose_viewer("the stream has ended");
}

/// What is there, at least one byte; 0 at the end, or when something waits in `inserted_`.
asio::awaitable<std::size_t> Joint::take_viewer(std::span<Byte> into) {
    while (!over_ && inserted_.empty()) {
        ErrorCode error;
        const std::size_t got = viewer_.read_some(asio::buffer(into.data(), into.size()), error);
        if (!error) co_return got;
        if (error == asio::error::interrupted) continue;
        if (error != asio::error::would_block && error != asio::error::try_again) break;
        co_await viewer_.async_wait(Local::wait_read, completion);  // ended early by insert(), too
    }
    co_return 0;
}

asio::awaitable<bool> Joint::put_viewer(ByteView bytes) {
    Deadline deadline(viewer_.get_executor(), [this] { lose_viewer("the stream takes nothing"); });
    while (!bytes.empty() && !over_) {
        ErrorCode error;
        const std::size_t put = viewer_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
        bytes = bytes.subspan(put);
        if (!error || error == asio::error::interrupted) continue;
        if (error != asio::error::would_block && error != asio::error::try_again) co_return false;
        deadline.set(times_.stall);
        co_await viewer_.async_wait(Local::wait_write, completion);
    }
    co_return bytes.empty();
}

/// Whole messages. Written here and now, not by an operation that tells later how far it got: cut() has to know.
asio::awaitable<bool> Joint::put_server(ByteView bytes) {
    Deadline deadline(viewer_.get_executor(), [this] { lose_server(server_stalled(target_.address)); });
    while (!bytes.empty() && !over_) {
        ErrorCode error;
        const std::size_t put = server_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
        bytes = bytes.subspan(put);
        mid_message_ = !bytes.empty() && (mid_message_ || put > 0);
        if (!error || error == asio::error::interrupted) continue;
        if (error != asio::error::would_block && error != asio::error::try_again) co_return false;
        deadline.set(times_.stall);
        co_await server_.async_wait(asio::ip::tcp::socket::wait_write, completion);
    }
    co_return bytes.empty();
}

bool Joint::insert(ByteView message) {
    if (permission_ == Permission::view) return false;
    if (!joined_ || over_ || inserted_.size() + message.size() > most_inserted_bytes) return false;
    append(inserted_, message);
    viewer_.cancel();
    return true;
}

void Joint::lose_server(Trouble trouble) {
    if (std::exchange(over_, true)) return;
    close_server();
    calls_.lost(std::move(trouble));
}

void Joint::lose_viewer(std::string why) {
    if (over_) return;
    cut();
    calls_.viewer_gone(std::move(why));
}

void Joint::cut() {
    over_ = true;
    line_->cut();
    close_server();
    ErrorCode ignored;
    viewer_.close(ignored);
}

void Joint::close_server() {
    if (!server_.is_open()) return;
    const auto release = mid_message_ ? Bytes() : input_.release();
    ErrorCode ignored;
    if (!release.empty()) server_.write_some(asio::buffer(release), ignored);
    server_.cancel(ignored);
    server_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    asio::co_spawn(viewer_.get_executor(), see_off(std::move(server_), times_.goodbye), tunnel::rethrow);
}

}  // namespace pronto::vnc_server
