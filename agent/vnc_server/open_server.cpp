#include "agent/vnc_server/open_server.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

#include "agent/vnc_server/password_file.hpp"
#include "rfb-ext/base/secrets.hpp"
#include "rfb-ext/base/text.hpp"
#include "rfb-ext/tunnel/lookup.hpp"
#include "rfb-ext/wire/handshake.hpp"

namespace pronto::vnc_server {
namespace {

using asio::ip::tcp;
using tunnel::Lifeline;
using Reply = boost::system::result<Bytes, Trouble>;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);

constexpr auto check_address = "Start it, or correct --vnc-server (a server's display :1 is its port 5901).";

Trouble say(const Address& address, std::string_view what, std::string_view remedy) {
    return {fmt::format("The VNC server {} {}.", tunnel::to_text(address), what), std::string(remedy)};
}

Trouble no_answer(const Address& address) {
    return say(address, "does not answer", "Check that it works, and that nobody has to accept the connection there.");
}

Trouble closed(const Address& address) {
    return say(address, "closed the connection before it showed its screen",
               "Its settings may allow no further viewer, or none from this computer; its log tells more.");
}

Trouble cannot_reach(const Address& address, const ErrorCode& error) {
    return say(address, "cannot be reached: " + error.message(), check_address);
}

Trouble not_taken(const Server& server) {
    return say(
        server.address, "does not take the password",
        fmt::format("Put the right one into {}. After several wrong ones a server refuses everybody for a while.",
                    server.password_file.string()));
}

Trouble refused(const Address& address, const std::string& reason) {
    if (reason.empty()) return say(address, "refuses the connection", "Its log tells why.");
    auto words = presentable(reason, 300);
    while (!words.empty() && (words.back() == '.' || words.back() == ' ')) words.pop_back();
    return say(address, "refuses the connection: " + words, "Its log tells more.");
}

Trouble broken(const Server& server, const ErrorCode& error, const std::string& reason) {
    const auto& address = server.address;
    if (error == wire::WireError::wrong_password) return not_taken(server);
    if (error == wire::WireError::refused) return refused(address, reason);
    if (error == wire::WireError::not_rfb)
        return {fmt::format("What answers at {} is no VNC server.", tunnel::to_text(address)), check_address};
    if (error == wire::WireError::no_common_security)
        return say(address, "offers only ways to log in that this program does not know",
                   "Let it offer VNC authentication (x11vnc: -rfbauth; TigerVNC: -SecurityTypes VncAuth).");
    return say(address, "cannot be understood: " + error.message(), check_address);
}

/// A server whose computer has gone is noticed after 20 s, though it sends nothing while its screen stands still.
void tune(tcp::socket& socket) {
    ErrorCode ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    const int idle_s = 10, probes_s = 5, probes = 2;
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_KEEPINTVL, &probes_s, sizeof probes_s);
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

/// The answer to the challenge.
Reply answer_challenge(const Server& server, wire::HostHandshake& handshake) {
    if (server.password_file.empty())
        return say(server.address, "wants a password",
                   "Put it into a file that only you can read, and name that with --vnc-password-file.");
    try {
        const Secret password(read_password(server.password_file));
        auto given = handshake.give_password(password.text());
        if (!given) return broken(server, given.error(), {});
        return std::move(given->reply);
    } catch (const std::runtime_error& problem) {
        return Trouble{problem.what(), "It is the file of --vnc-password-file."};
    }
}

/// What to write after `pending` came; what was used of it is taken out.
Reply answer(const Server& server, wire::HostHandshake& handshake, Bytes& pending, bool& done) {
    Bytes reply;
    for (bool again = true; again;) {
        auto fed = handshake.feed(pending);
        if (!fed) return broken(server, fed.error(), handshake.reason());
        pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(fed->consumed));
        append(reply, fed->reply);
        done = fed->done;
        again = handshake.wants_password();
        if (!again) break;
        auto password = answer_challenge(server, handshake);
        if (!password) return password.error();
        append(reply, *password);
    }
    return reply;
}

/// A server may hang up before it has given a reason.
Trouble hung_up(const Server& server, const wire::HostHandshake& handshake) {
    if (const auto failure = handshake.failure()) return broken(server, *failure, handshake.reason());
    return closed(server.address);
}

/// The socket is the caller's, who waits for this.
asio::awaitable<boost::system::result<Bytes, Trouble>> shake_hands(tcp::socket& socket, Server server,
                                                                   wire::ServerInit& init) {
    wire::HostHandshake handshake;
    Bytes pending, buffer(4096);
    for (;;) {
        bool done = false;
        const auto reply = answer(server, handshake, pending, done);
        if (!reply) co_return reply.error();
        const auto [unsent, sent] = co_await asio::async_write(socket, asio::buffer(*reply), completion);
        if (unsent) co_return hung_up(server, handshake);
        if (done) break;
        const auto [ended, got] = co_await socket.async_read_some(asio::buffer(buffer), completion);
        if (ended) co_return hung_up(server, handshake);
        append(pending, ByteView(buffer).first(got));
    }
    init = handshake.server_init();
    co_return pending;
}

}  // namespace

Address parse_address(std::string_view text) {
    try {
        return tunnel::parse_hub_address(text, 5900);
    } catch (const std::runtime_error&) {
        throw std::runtime_error(
            fmt::format("\"{}\" is not the address of a VNC server: write it like 127.0.0.1:5901 or [::1]:5900",
                        presentable(text, 300)));
    }
}

asio::awaitable<boost::system::result<OpenServer, Trouble>> open_server(Server server, std::shared_ptr<Lifeline> line,
                                                                        Millis limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    const auto& address = server.address;
    const auto endpoints = co_await tunnel::look_up(address.host, address.port, line, limit);
    if (!endpoints && endpoints.error() == asio::error::timed_out) co_return no_answer(address);
    if (!endpoints) co_return cannot_reach(address, endpoints.error());

    const auto executor = co_await asio::this_coro::executor;
    OpenServer open{tcp::socket(executor), {}, {}};
    const auto left = std::chrono::duration_cast<Millis>(until - std::chrono::steady_clock::now());
    const tunnel::Step step(executor, line, std::max(left, Millis{0}), [&open] {
        ErrorCode ignored;
        open.socket.close(ignored);
    });
    ErrorCode error = asio::error::host_not_found;
    for (const auto& endpoint : *endpoints) {
        if (line->is_cut() || step.is_missed()) break;
        ErrorCode ignored;
        open.socket.close(ignored);
        const auto [refusal] = co_await open.socket.async_connect(endpoint, completion);
        error = refusal;
        if (!error) break;
    }
    if (step.is_missed()) co_return no_answer(address);
    if (error) co_return cannot_reach(address, error);
    tune(open.socket);
    auto early = co_await shake_hands(open.socket, server, open.init);
    if (step.is_missed()) co_return no_answer(address);
    if (!early) co_return early.error();
    open.early = std::move(*early);
    co_return std::move(open);
}

Trouble server_gone(const Address& address) {
    return say(address, "has ended the connection", "When it runs again, your technician can ask once more.");
}
Trouble server_stalled(const Address& address) {
    return say(address, "takes no input any more", "Check that it works; your technician can ask once more then.");
}

}  // namespace pronto::vnc_server
