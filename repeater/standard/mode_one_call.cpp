#include "repeater/standard/mode_one_call.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "repeater/net/deadline.hpp"
#include "repeater/net/stall.hpp"
#include "repeater/standard/try.hpp"
#include "rfb-ext/tunnel/lifeline.hpp"
#include "rfb-ext/tunnel/lookup.hpp"

namespace pronto::standard {

namespace {

using asio::ip::tcp;

/// A free UDP port can be bound on an address of this computer, and on no other.
bool is_own(const asio::ip::address& address, const asio::any_io_executor& executor) {
    asio::ip::udp::socket probe(executor);
    ErrorCode error;
    probe.open(address.is_v4() ? asio::ip::udp::v4() : asio::ip::udp::v6(), error);
    if (!error) probe.bind({address, 0}, error);
    return !error;
}

/// Connected, or why not.
asio::awaitable<std::variant<tcp::socket, std::string>> dial(std::shared_ptr<const Reception> reception, asio::any_io_executor executor,
                                                             wire::RepeaterHost host) {
    using Dialled = std::variant<tcp::socket, std::string>;
    const auto line = std::make_shared<tunnel::Lifeline>();
    const auto found = co_await tunnel::look_up(host.host, host.port, line, reception->step);
    if (found.has_error()) co_return Dialled(fmt::format("The hub does not know the computer {}.", host.host));
    std::string problem = fmt::format("This hub may not connect to {}:{}.", host.host, host.port);
    for (const auto& endpoint : found.value()) {
        if (!reception->mode_one.allow(endpoint.address(), endpoint.port(), is_own(endpoint.address(), executor))) continue;
        tcp::socket socket(executor);
        ErrorCode late;
        const net::Deadline limit(executor, reception->step, [&socket, &late] { socket.close(late); });
        const auto [error] = co_await socket.async_connect(endpoint, asio::as_tuple(asio::use_awaitable));
        if (!error) co_return Dialled(std::move(socket));
        problem = fmt::format("{}:{} does not answer: {}.", host.host, host.port, error.message());
    }
    co_return Dialled(std::move(problem));
}

asio::awaitable<void> pump(net::Leg& from, net::Leg& to, asio::any_io_executor executor, std::uint64_t& passed) {
    for (;;) {
        const auto got = co_await from.read();
        if (got.has_error()) break;
        const auto size = got.value().size();
        const net::Deadline stalled(executor, net::StallWatch::longest, [&to] { to.close(); });
        const auto sent = co_await to.write(got.value());
        if (sent.has_error()) break;
        passed += size;
    }
    from.close();
    to.close();
}

void audit(const Reception& reception, const char* action, const std::string& address, const std::string& target, std::string detail) {
    hub::AuditRecord row{SystemClock().unix_now(), "viewer " + address, action, target, std::move(detail)};
    reception.door->hub->post([row = std::move(row)](net::HubThread::Desk& desk) { desk.records.save(row); });
}

}  // namespace

asio::awaitable<void> call_host(std::shared_ptr<const Reception> reception, Visitor visitor, wire::RepeaterHost host) {
    using namespace asio::experimental::awaitable_operators;
    const auto executor = visitor.socket->get_executor();
    const auto address = visitor.address;
    if (!reception->mode_one.any())
        co_return co_await turn_away(std::move(visitor), "This hub connects to no hosts by name: give ID: and a one-time number.");
    const bool my_turn = co_await may_try(*reception->door->hub, address);
    auto place = my_turn ? reception->calls->enter(address) : net::Admission::Place();
    if (!place) co_return co_await turn_away(std::move(visitor), "Too many calls came from this address. Try again in ten minutes.");
    visitor.place.release();
    auto dialled = co_await dial(reception, executor, host);
    const auto target = fmt::format("{}:{}", host.host, host.port);
    if (const auto* problem = std::get_if<std::string>(&dialled)) {
        // Counted: nobody may try out which computers there are.
        reception->door->hub->post([address](net::HubThread::Desk& desk) { desk.attempts.missed(address); });
        audit(*reception, "mode1.refuse", address, target, *problem);
        co_return co_await turn_away(std::move(visitor), *problem);
    }
    audit(*reception, "mode1.open", address, target, {});
    auto& thread = static_cast<asio::io_context&>(asio::query(executor, asio::execution::context));
    const auto dialled_socket = std::make_shared<VncSocket>(std::move(std::get<tcp::socket>(dialled)));
    const auto there = dialled_socket->hand_over()->land(thread);
    const auto here = visitor.socket->hand_over()->land(thread);
    std::uint64_t to_viewer = 0;
    std::uint64_t to_host = 0;
    auto pictures = pump(*there, *here, executor, to_viewer);
    auto input = pump(*here, *there, executor, to_host);
    auto both = std::move(pictures) && std::move(input);
    co_await std::move(both);
    audit(*reception, "mode1.close", address, target, fmt::format("{} bytes to the viewer, {} to the host", to_viewer, to_host));
}

}  // namespace pronto::standard
