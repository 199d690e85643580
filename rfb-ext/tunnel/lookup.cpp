#include "rfb-ext/tunnel/lookup.hpp"

#include <cstring>
#include <mutex>
#include <netdb.h>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

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

/// Where the resolver's thread leaves its answer, if anybody still waits for it.
struct Mailbox {
    std::mutex mutex;
    Result<Endpoints> answer = ErrorCode(asio::error::operation_aborted);
    std::shared_ptr<asio::steady_timer> bell;  ///< gone when nobody waits any more
};

struct Abandon {
    std::shared_ptr<Mailbox> mailbox;
    ~Abandon() {
        const std::lock_guard lock(mailbox->mutex);
        mailbox->bell.reset();
    }
};

void start_lookup(std::shared_ptr<Mailbox> mailbox, std::string host, std::uint16_t port) {
    std::thread([mailbox = std::move(mailbox), host = std::move(host), port] {
        auto answer = ask_resolver(host, port);
        const std::lock_guard lock(mailbox->mutex);
        if (!mailbox->bell) return;
        mailbox->answer = std::move(answer);
        asio::post(mailbox->bell->get_executor(), [bell = std::weak_ptr(mailbox->bell)] {
            if (const auto still = bell.lock()) still->cancel();
        });
    }).detach();
}

}  // namespace

asio::awaitable<Result<Endpoints>> look_up(std::string host, std::uint16_t port, std::shared_ptr<Lifeline> line, Millis limit) {
    ErrorCode not_numeric;
    const auto address = asio::ip::make_address(host, not_numeric);
    const asio::ip::tcp::endpoint numeric(address, port);
    if (!not_numeric) co_return Endpoints(1, numeric);

    const auto executor = co_await asio::this_coro::executor;
    const auto bell = std::make_shared<asio::steady_timer>(executor, limit);
    const auto mailbox = std::make_shared<Mailbox>();
    mailbox->bell = bell;
    const Abandon abandon{mailbox};
    const Lifeline::Hold hold(line, [bell] { bell->cancel(); });
    start_lookup(mailbox, host, port);
    if (line->is_cut()) co_return ErrorCode(asio::error::operation_aborted);
    const auto token = asio::as_tuple(asio::use_awaitable);
    const auto [rung] = co_await bell->async_wait(token);
    if (!rung) co_return ErrorCode(asio::error::timed_out);
    const std::lock_guard lock(mailbox->mutex);
    co_return mailbox->answer;
}

}  // namespace pronto::tunnel
