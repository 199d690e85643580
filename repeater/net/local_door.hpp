#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "repeater/net/http_handler.hpp"

namespace pronto::net {

/// Answers commands on the hub's own computer (`pronto-repeater session pass`): a socket in the data folder (0600), which
/// only the hub's user and root may open. A connection carries one line, a JSON object {operator, method, path, body},
/// and gets one back, {status, body}.
class LocalDoor {
public:
    using Handler = std::function<asio::awaitable<HttpResponse>(HttpRequest, std::string operator_name)>;
    /// Bound now. Throws std::runtime_error naming the file.
    LocalDoor(asio::io_context& thread, std::filesystem::path file, Handler handler);
    ~LocalDoor();
    void start();
    void close();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace pronto::net
