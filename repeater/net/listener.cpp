#include "repeater/net/listener.hpp"

#include <future>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/result.hpp"
#include "rfb-ext/tunnel/socket_options.hpp"

namespace pronto::net {

using asio::ip::tcp;

struct Listener::Door {
    explicit Door(RelayThreads& all) : threads(all), acceptor(all.pick()) {}
    RelayThreads& threads;
    tcp::acceptor acceptor;
    Accepted accepted;
    bool closed = false;
    std::promise<void> over;  ///< the accept loop
};

namespace {

constexpr std::chrono::milliseconds pause_when_full{200};

[[noreturn]] void cannot_listen(const std::string& address, std::uint16_t port, const std::string& setting, const ErrorCode& error) {
    const bool rights = error == boost::system::errc::permission_denied;
    const bool taken = error == boost::system::errc::address_in_use;
    const auto remedy = rights  ? fmt::format("ports below 1024 need CAP_NET_BIND_SERVICE or another port ({})", setting)
                        : taken ? fmt::format("another program listens there: stop it or choose another port ({})", setting)
                                : std::string("check [listen] address in the configuration");
    throw std::runtime_error(
        fmt::format("cannot listen on {} port {}: {}; {}", address, port, error.message(), remedy));
}

}  // namespace

template <class Door>
asio::awaitable<void> accept_all(std::shared_ptr<Door> door) {
    asio::steady_timer pause(door->acceptor.get_executor());
    while (!door->closed) {
        ErrorCode error;
        auto& thread = door->threads.pick();
        auto socket = co_await door->acceptor.async_accept(thread, asio::redirect_error(asio::use_awaitable, error));
        if (door->closed) break;
        if (!error) {
            tunnel::set_socket_options(socket.native_handle());
            asio::post(thread, [door, moved = std::move(socket)]() mutable { door->accepted(std::move(moved)); });
            continue;
        }
        // Out of descriptors, or a connection that was reset while it waited: try again, not in a tight loop.
        log::warning("cannot accept a connection: {}", error.message());
        pause.expires_after(pause_when_full);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
    door->over.set_value();
}

std::string address_of(const tcp::socket& socket) {
    ErrorCode error;
    const auto remote = socket.remote_endpoint(error);
    if (error) return {};
    auto ip = remote.address();
    if (ip.is_v6() && ip.to_v6().is_v4_mapped()) ip = asio::ip::make_address_v4(asio::ip::v4_mapped, ip.to_v6());
    return ip.to_string();
}

Listener::Listener(RelayThreads& threads, const std::string& address, std::uint16_t port, const std::string& setting)
    : door_(std::make_shared<Door>(threads)) {
    ErrorCode error;
    const auto ip = asio::ip::make_address(address, error);
    if (error) throw std::runtime_error(fmt::format("\"{}\" is not an IP address to listen on", address));
    const tcp::endpoint endpoint(ip, port);
    auto& acceptor = door_->acceptor;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && ip.is_v6()) acceptor.set_option(asio::ip::v6_only(false), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(1024, error);
    if (error) cannot_listen(address, port, setting, error);
    port_ = acceptor.local_endpoint().port();
}

void Listener::start(Accepted accepted) {
    door_->accepted = std::move(accepted);
    accepting_ = true;
    auto loop = accept_all(door_);
    asio::co_spawn(door_->acceptor.get_executor(), std::move(loop), asio::detached);
}

Listener::~Listener() {
    close();
}

void Listener::close() {
    asio::post(door_->acceptor.get_executor(), [door = door_] {
        ErrorCode ignored;
        door->closed = true;
        door->acceptor.close(ignored);
    });
    if (!std::exchange(accepting_, false)) return;
    constexpr std::chrono::seconds patience{5};  // the loop's thread may be dead, after an exception
    if (door_->over.get_future().wait_for(patience) != std::future_status::ready) log::warning("a port does not close");
}

}  // namespace pronto::net
