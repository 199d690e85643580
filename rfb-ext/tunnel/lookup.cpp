#include "rfb-ext/tunnel/lookup.hpp"

#include <cstring>
#include <netdb.h>

#include "rfb-ext/tunnel/aside.hpp"

namespace pronto::tunnel {

namespace {

using Endpoints = std::vector<asio::ip::tcp::endpoint>;

Result<Endpoints> ask_resolver(const std::string& host, std::uint16_t port) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    const int problem = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found);
    if (problem) return ErrorCode(problem, asio::error::get_addrinfo_category());
    Endpoints endpoints;
    for (const addrinfo* at = found; at; at = at->ai_next) {
        asio::ip::tcp::endpoint endpoint;
        if (at->ai_addrlen > endpoint.capacity()) continue;
        endpoint.resize(at->ai_addrlen);
        std::memcpy(endpoint.data(), at->ai_addr, at->ai_addrlen);
        endpoint.port(port);
        endpoints.push_back(endpoint);
    }
    ::freeaddrinfo(found);
    return endpoints;
}

}  // namespace

asio::awaitable<Result<Endpoints>> look_up(std::string host, std::uint16_t port, std::shared_ptr<Lifeline> line, Millis limit) {
    ErrorCode not_numeric;
    const auto address = asio::ip::make_address(host, not_numeric);
    const asio::ip::tcp::endpoint numeric(address, port);
    if (!not_numeric) co_return Endpoints(1, numeric);

    const std::function<Result<Endpoints>()> asking = [host, port] { return ask_resolver(host, port); };
    co_return co_await aside(asking, line, limit);
}

}  // namespace pronto::tunnel
