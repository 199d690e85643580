#include "rfb-ext/tunnel/connect.hpp"

#include <netdb.h>

#include <fmt/format.h>

#include "rfb-ext/tunnel/aside.hpp"
#include "rfb-ext/tunnel/lookup.hpp"
#include "rfb-ext/tunnel/proxy_failure.hpp"
#include "rfb-ext/tunnel/race.hpp"
#include "rfb-ext/tunnel/socket_options.hpp"

namespace pronto::tunnel {

namespace {

using asio::ip::tcp;

Connected failed(LinkFailure failure, bool same_elsewhere = false) {
    Connected connected;
    connected.failure = std::move(failure);
    connected.same_elsewhere = same_elsewhere;
    return connected;
}

std::string addresses_of(const std::vector<tcp::endpoint>& endpoints) {
    std::string text;
    for (const auto& endpoint : endpoints) text += (text.empty() ? "" : ", ") + endpoint.address().to_string();
    return text;
}

/// Ends the thread that asks a proxy when nobody waits for its answer any more.
struct GiveUp {
    std::shared_ptr<ProxyTunnel> tunnel;
    ~GiveUp() { tunnel->give_up(); }
};

DialStep step_for(const ProxyAddress& proxy, const ProxyAnswer& answer, Millis took, const LinkFailure* failure) {
    const bool password = failure && failure->kind == LinkFailure::Kind::proxy_password;
    DialStep step;
    step.kind = password ? DialStep::Kind::proxy_password : DialStep::Kind::proxy;
    step.what = to_text(proxy);
    step.took = took;
    step.done = !failure;
    step.detail = failure ? failure->error.message : answer.words;
    return step;
}

}  // namespace

asio::awaitable<Connected> connect_straight(Route route, std::shared_ptr<Lifeline> line) {
    const Where looking_up = route.where("looking up its name");
    const Stopwatch name_watch;
    const auto endpoints = co_await look_up(route.hub.host, route.hub.port, line, route.times.step);
    if (!endpoints) {
        const bool late = endpoints.error() == asio::error::timed_out;
        const bool later = endpoints.error() == ErrorCode(EAI_AGAIN, asio::error::get_addrinfo_category());
        LinkFailure failure = late ? timed_out(looking_up) : unknown_name(looking_up, later);
        route.tell(DialStep::Kind::name, route.hub.host, name_watch.elapsed(), false, failure.error.message);
        co_return failed(std::move(failure), true);
    }
    route.tell(DialStep::Kind::name, route.hub.host, name_watch.elapsed(), true, addresses_of(*endpoints));

    const Where connecting = route.where("connecting");
    const Stopwatch watch;
    auto socket = co_await connect_to_any(*endpoints, line, route.times.step);
    if (!socket) {
        const bool late = socket.error() == asio::error::timed_out;
        LinkFailure failure = late ? timed_out(connecting) : unreachable(connecting, socket.error().message());
        route.tell(DialStep::Kind::port, to_text(route.hub), watch.elapsed(), false, failure.error.message);
        co_return failed(std::move(failure));
    }
    set_socket_options(socket->native_handle());
    route.tell(DialStep::Kind::port, to_text(route.hub), watch.elapsed(), true, {});
    Connected connected;
    connected.socket.emplace(std::move(*socket));
    co_return std::move(connected);
}

asio::awaitable<Connected> connect_through(Route route, std::shared_ptr<Lifeline> line, ProxyAddress proxy,
                                           ProxyLogin login) {
    const Where where = route.where("connecting through the proxy");
    const Stopwatch watch;
    const auto executor = co_await asio::this_coro::executor;
    const auto tunnel = std::make_shared<ProxyTunnel>(proxy, std::move(login), route.hub);
    const GiveUp give_up{tunnel};
    const std::function<Result<std::shared_ptr<ProxyAnswer>>()> asking = [tunnel] {
        return std::make_shared<ProxyAnswer>(tunnel->run());
    };
    const auto asked = co_await aside(asking, line, route.times.step);
    if (!asked) {
        const bool late = asked.error() == asio::error::timed_out;
        LinkFailure failure = late ? proxy_silent(where, proxy) : unreachable(where, asked.error().message());
        const ProxyAnswer none;
        route.tell(step_for(proxy, none, watch.elapsed(), &failure));
        co_return failed(std::move(failure));
    }
    ProxyAnswer& answer = **asked;
    if (answer.outcome != ProxyAnswer::Outcome::open) {
        LinkFailure failure = proxy_failure(where, proxy, answer);
        route.tell(step_for(proxy, answer, watch.elapsed(), &failure));
        co_return failed(std::move(failure), answer.outcome != ProxyAnswer::Outcome::refused);
    }
    route.tell(step_for(proxy, answer, watch.elapsed(), nullptr));
    tcp::socket socket(executor);
    ErrorCode error;
    socket.assign(tcp::v4(), answer.connection.number(), error);
    if (error) co_return failed(unreachable(where, error.message()));
    answer.connection.release();
    Connected connected;
    connected.socket.emplace(std::move(socket));
    co_return std::move(connected);
}

}  // namespace pronto::tunnel
