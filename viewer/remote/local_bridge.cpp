#include "viewer/remote/local_bridge.hpp"

#include <unistd.h>
#include <list>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "rfb-ext/base/log.hpp"
#include "rfb-ext/tunnel/lifeline.hpp"
#include "rfb-ext/wire/handshake.hpp"
#include "rfb-ext/wire/viewer_login.hpp"
#include "viewer/remote/local_pass.hpp"
#include "viewer/remote/loopback_ports.hpp"

namespace pronto::viewer {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Stream = asio::local::stream_protocol::socket;
using Awaitable = asio::awaitable<void>;
using Side = LocalBridge::End::Side;
using tunnel::Deadline;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t buffer_bytes = 64 * 1024, login_bytes = 512;
/// What a server may say before a viewer has asked it anything: bells and cut texts.
constexpr std::size_t most_unasked_bytes = 1024 * 1024;
constexpr Millis after_failed_accept{200};

template <class Socket>
void hang_up(Socket& socket) {
    ErrorCode ignored;
    socket.shutdown(asio::socket_base::shutdown_both, ignored);
    socket.close(ignored);
}

}  // namespace

/// What the owner wants to hear; letters find out through `owner_listens` whether it still does.
struct LocalBridge::Heard {
    Mailbox& mailbox;
    Events events;
    bool owner_listens = true;  ///< the owner's thread only
};

class LocalBridge::Impl {
public:
    Impl(int fd, std::uint16_t port, std::shared_ptr<Heard> heard, const Clock& clock, const BridgeTimes& times)
        : heard_(std::move(heard)), clock_(clock), times_(times), stream_(io_, asio::local::stream_protocol(), fd) {
        doors_ = listen_on_loopback(io_, port);
        place_ = {doors_.front().local_endpoint().port(), random_pass()};
        asio::co_spawn(io_, run(), tunnel::rethrow);
        thread_ = std::thread([this] { io_.run(); });
    }
    ~Impl() {
        asio::post(io_, [this] { close(); });
        thread_.join();
    }

private:
    /// A viewer that logs in, or has.
    struct Caller {
        explicit Caller(tcp::socket from) : socket(std::move(from)) {}
        tcp::socket socket;
    };
    using CallerPtr = std::shared_ptr<Caller>;

    Awaitable run();
    asio::awaitable<bool> greet_stream();
    Awaitable listen(tcp::acceptor& door);
    void let_try(tcp::socket socket);
    Awaitable log_in(CallerPtr caller);
    asio::awaitable<bool> prove(Caller& caller);
    Bytes decide(wire::ViewerLogin& login);
    Awaitable take(CallerPtr caller);
    Awaitable pump_pictures();
    Awaitable pump_input();
    template <class Socket>
    asio::awaitable<bool> put(Socket& socket, ByteView bytes);

    void say(std::function<void(const Events&)> what);
    /// The first one counts.
    void end(Side side, std::string why);
    void close();
    void close_doors();

    std::shared_ptr<Heard> heard_;
    const Clock& clock_;
    const BridgeTimes times_;
    asio::io_context io_{1};
    Stream stream_;
    std::vector<tcp::acceptor> doors_;
    BridgePlace place_;
    wire::HostHandshake handshake_;
    Bytes early_;                   ///< of the stream, behind its handshake
    std::list<CallerPtr> callers_;  ///< who log in, the oldest first
    CallerPtr viewer_;              ///< who has: there is no other from then on
    bool flowing_ = false;          ///< it has the ServerInit and what came behind
    Bytes viewer_early_;            ///< of the viewer, behind its log-in
    bool ended_ = false;
    int wrong_passes_ = 0;
    std::thread thread_;
};

LocalBridge::LocalBridge(int fd, std::uint16_t port, Mailbox& mailbox, const Clock& clock, Events events,
                         BridgeTimes times)
    : heard_(std::make_shared<Heard>(Heard{mailbox, std::move(events)})) {
    try {
        impl_ = std::make_unique<Impl>(fd, port, heard_, clock, times);
    } catch (const boost::system::system_error& problem) {
        throw std::runtime_error(problem.code().message());
    }
}

LocalBridge::~LocalBridge() {
    heard_->owner_listens = false;
}

void LocalBridge::Impl::say(std::function<void(const Events&)> what) {
    heard_->mailbox.post([heard = heard_, what = std::move(what)] {
        if (!heard->owner_listens) return;
        const auto events = heard->events;  // a listener may end the bridge from inside
        what(events);
    });
}

void LocalBridge::Impl::end(Side side, std::string why) {
    if (std::exchange(ended_, true)) return;
    close();
    say([how = LocalBridge::End{side, std::move(why)}](const Events& events) { events.ended(how); });
}

void LocalBridge::Impl::close() {
    ended_ = true;
    close_doors();
    for (const auto& caller : callers_) hang_up(caller->socket);
    if (viewer_) hang_up(viewer_->socket);
    hang_up(stream_);
}

void LocalBridge::Impl::close_doors() {
    ErrorCode ignored;
    for (auto& door : doors_) door.close(ignored);
}

// ---- the stream's side

Awaitable LocalBridge::Impl::run() {
    const bool greeted = co_await greet_stream();
    if (!greeted) co_return end(Side::stream, "The screen did not open.");
    say([place = place_](const Events& events) { events.offered(place); });
    for (auto& door : doors_) asio::co_spawn(io_, listen(door), tunnel::rethrow);
    co_await pump_pictures();
}

asio::awaitable<bool> LocalBridge::Impl::greet_stream() {
    Deadline deadline(io_.get_executor(), [this] { hang_up(stream_); });
    deadline.set(times_.greeting);
    Bytes buffer(buffer_bytes);
    for (;;) {
        const auto step = handshake_.feed(early_);
        if (!step || handshake_.wants_password()) co_return false;
        early_.erase(early_.begin(), early_.begin() + static_cast<std::ptrdiff_t>(step->consumed));
        const bool sent = co_await put(stream_, step->reply);
        if (!sent) co_return false;
        if (step->done) co_return true;
        const auto [error, got] = co_await stream_.async_read_some(asio::buffer(buffer), completion);
        if (error) co_return false;
        append(early_, ByteView(buffer).first(got));
    }
}

/// Runs from the start, so that the stream's end is seen before a viewer has come, too.
Awaitable LocalBridge::Impl::pump_pictures() {
    Bytes buffer(buffer_bytes);
    for (;;) {
        const auto [error, got] = co_await stream_.async_read_some(asio::buffer(buffer), completion);
        if (error) co_return end(Side::stream, "The screen was closed.");
        const auto bytes = ByteView(buffer).first(got);
        if (!flowing_) {
            append(early_, bytes);
            if (early_.size() > most_unasked_bytes)
                co_return end(Side::stream, "The guest's computer talks to nobody.");
            continue;
        }
        const bool put_all = co_await put(viewer_->socket, bytes);
        if (!put_all) co_return end(Side::viewer, "The viewer has left.");
    }
}

// ---- the viewers' side

Awaitable LocalBridge::Impl::listen(tcp::acceptor& door) {
    while (door.is_open()) {
        auto [error, socket] = co_await door.async_accept(completion);
        if (!error) {
            let_try(std::move(socket));
        } else if (door.is_open()) {  // too many files are open, most likely
            asio::steady_timer timer(io_, after_failed_accept);
            co_await timer.async_wait(completion);
        }
    }
}

void LocalBridge::Impl::let_try(tcp::socket socket) {
    if (viewer_ || ended_) return;
    if (callers_.size() == most_callers) {
        hang_up(callers_.front()->socket);
        callers_.pop_front();
    }
    ErrorCode ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    callers_.push_back(std::make_shared<Caller>(std::move(socket)));
    asio::co_spawn(io_, log_in(callers_.back()), tunnel::rethrow);
}

Awaitable LocalBridge::Impl::log_in(CallerPtr caller) {
    Deadline deadline(io_.get_executor(), [caller] { hang_up(caller->socket); });
    deadline.set(times_.login);
    const bool proved = co_await prove(*caller);
    deadline.stop();
    callers_.remove(caller);
    if (proved && !viewer_ && !ended_) co_return co_await take(caller);
    hang_up(caller->socket);
    if (wrong_passes_ >= most_wrong_passes) end(Side::viewer, "Too many wrong passes were tried on this computer.");
}

/// To the end of ClientInit.
asio::awaitable<bool> LocalBridge::Impl::prove(Caller& caller) {
    wire::ViewerLogin::Offer offer;
    offer.vnc_auth = true;
    offer.challenge = wire::random_challenge();
    wire::ViewerLogin login(std::move(offer));
    const auto greeting = login.greeting();
    bool sent = co_await put(caller.socket, greeting);
    Bytes buffer(login_bytes), came;
    while (sent) {
        const auto step = login.feed(came);
        if (!step) co_return false;
        came.erase(came.begin(), came.begin() + static_cast<std::ptrdiff_t>(step->consumed));
        sent = co_await put(caller.socket, step->reply);
        const auto needs = login.needs();
        if (!sent || needs == wire::ViewerLogin::Need::close) co_return false;
        if (needs == wire::ViewerLogin::Need::decision) {
            const auto answer = decide(login);
            sent = co_await put(caller.socket, answer);
            continue;
        }
        if (step->done) break;
        const auto [error, got] = co_await caller.socket.async_read_some(asio::buffer(buffer), completion);
        if (error) co_return false;
        append(came, ByteView(buffer).first(got));
    }
    if (sent && !viewer_) viewer_early_ = std::move(came);
    co_return sent;
}

Bytes LocalBridge::Impl::decide(wire::ViewerLogin& login) {
    const auto* answer = login.vnc_auth();
    const bool right = answer && wire::response_matches(answer->challenge, answer->response, place_.pass);
    if (right) return login.accepted();
    ++wrong_passes_;
    log::warning("a viewer of this computer gave a wrong pass for a session's screen");
    return login.refused("That is not the pass that Pronto shows for this session.");
}

Awaitable LocalBridge::Impl::take(CallerPtr caller) {
    viewer_ = caller;
    close_doors();
    for (const auto& other : callers_) hang_up(other->socket);
    say([now = clock_.now()](const Events& events) { events.taken(now); });
    auto first = wire::write(handshake_.server_init());
    bool sent = true;
    while (sent && !first.empty()) {  // what comes meanwhile must keep its order
        sent = co_await put(caller->socket, first);
        first = std::exchange(early_, {});
    }
    flowing_ = true;
    if (!sent) co_return end(Side::viewer, "The viewer has left.");
    co_await pump_input();
}

Awaitable LocalBridge::Impl::pump_input() {
    bool sent = co_await put(stream_, viewer_early_);
    Bytes buffer(buffer_bytes);
    while (sent) {
        const auto [error, got] = co_await viewer_->socket.async_read_some(asio::buffer(buffer), completion);
        if (error) co_return end(Side::viewer, "The viewer has left.");
        const auto bytes = ByteView(buffer).first(got);
        sent = co_await put(stream_, bytes);
    }
    end(Side::stream, "The screen was closed.");
}

/// All of it; a side that takes nothing for too long is hung up.
template <class Socket>
asio::awaitable<bool> LocalBridge::Impl::put(Socket& socket, ByteView bytes) {
    Deadline deadline(io_.get_executor(), [&socket] { hang_up(socket); });
    while (!bytes.empty()) {
        deadline.set(times_.stall);
        const auto [error, count] =
            co_await socket.async_write_some(asio::buffer(bytes.data(), bytes.size()), completion);
        if (error) co_return false;
        bytes = bytes.subspan(count);
    }
    co_return true;
}

}  // namespace pronto::viewer
