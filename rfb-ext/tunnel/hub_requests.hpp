#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "rfb-ext/tunnel/hub_http.hpp"

namespace pronto::tunnel {

/// Requests of the REST API, one after another over one connection, which is kept for the next as long as the hub keeps
/// it. For one thread.
class HubRequests : public std::enable_shared_from_this<HubRequests> {
public:
    HubRequests(asio::any_io_executor executor, Route route);

    struct Asked {
        RestRequest request;
        Secret token;
        std::function<void(const RestAnswer&)> answered;
        std::function<void(const LinkFailure&)> failed;
    };
    /// One of the two is called, later, unless cut() comes first. An answer that is no success is a failure, in the
    /// hub's words.
    void ask(Asked asked);
    /// For good: what is under way or waits is not heard of any more.
    void cut();

private:
    static asio::awaitable<void> run(std::shared_ptr<HubRequests> self);
    asio::awaitable<Linked<RestAnswer>> answer_to(RestRequest request, Secret token);
    asio::awaitable<Linked<RestAnswer>> try_once(RestRequest request, Secret token);

    const asio::any_io_executor executor_;
    const Route route_;
    const std::shared_ptr<Lifeline> line_ = std::make_shared<Lifeline>();
    std::deque<Asked> waiting_;
    bool running_ = false;
    std::optional<TlsStream> stream_;  ///< kept from the last request
    SteadyTime kept_since_{};
};

}  // namespace pronto::tunnel
