#pragma once

#include <memory>

#include "repeater/hub/hub.hpp"
#include "repeater/net/http_handler.hpp"
#include "repeater/net/hub_thread.hpp"
#include "repeater/records/archive.hpp"
#include "repeater/web/log_in.hpp"
#include "repeater/web/recordings.hpp"

namespace pronto::web {

/// The REST API of docs/protocol.md, and the pages for browsers. Lives as long as the hub serves.
class Rest {
public:
    Rest(net::HubThread& hub, const records::Archive& archive, LogIn& log_in, hub::Settings settings, const MovieShelf& movies,
         const Clock& clock);
    ~Rest();

    /// Answers any request: with a problem if there is no such resource.
    net::asio::awaitable<net::HttpResponse> answer(net::HttpRequest request);
    /// A command on the hub's own computer, as an operator who need not log in.
    net::asio::awaitable<net::HttpResponse> answer_locally(net::HttpRequest request, std::string operator_name);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pronto::web
