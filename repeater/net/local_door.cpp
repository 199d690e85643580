#include "repeater/net/local_door.hpp"

#include <stdexcept>

#include <sys/stat.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "repeater/net/deadline.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/base/secrets.hpp"

namespace pronto::net {

namespace {

namespace json = boost::json;
using asio::local::stream_protocol;

constexpr Millis whole_deadline{30'000};
constexpr std::chrono::milliseconds pause_when_full{200};

std::string text_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(json::string_view(name.data(), name.size()));
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

struct LocalDoor::State {
    State(asio::io_context& thread, std::filesystem::path its_file, Handler its_handler)
        : acceptor(thread), file(std::move(its_file)), handler(std::move(its_handler)) {}
    stream_protocol::acceptor acceptor;
    std::filesystem::path file;
    Handler handler;
    bool closed = false;
};

namespace {

/// `State` is private to the class.
template <class State>
asio::awaitable<void> serve_one(std::shared_ptr<State> state, stream_protocol::socket socket) {
    const Deadline whole(socket.get_executor(), whole_deadline, [&socket] { socket.close(); });
    std::string line;
    auto buffer = asio::dynamic_buffer(line, longest_http_body);
    const auto [unread, size] = co_await asio::async_read_until(socket, buffer, '\n', asio::as_tuple(asio::use_awaitable));
    if (unread) co_return;
    ErrorCode bad;
    const auto parsed = json::parse(json::string_view(line.data(), size), bad);
    wipe(line);  // may hold a password
    if (bad || !parsed.is_object()) co_return;
    const auto& object = parsed.get_object();
    HttpRequest request;
    request.method = text_in(object, "method");
    request.path = text_in(object, "path");
    request.address = "local";
    if (const auto* body = object.if_contains("body")) request.body = json::serialize(*body);
    const auto response = co_await state->handler(std::move(request), text_in(object, "operator"));
    json::object answer;
    answer["status"] = response.status;
    answer["body"] = response.body;
    const std::string told = json::serialize(answer) + "\n";
    const auto bytes = asio::buffer(told);
    co_await asio::async_write(socket, bytes, asio::as_tuple(asio::use_awaitable));
}

template <class State>
asio::awaitable<void> accept_all(std::shared_ptr<State> state) {
    asio::steady_timer pause(state->acceptor.get_executor());
    while (!state->closed) {
        auto [error, socket] = co_await state->acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
        if (state->closed) co_return;
        if (!error) {
            auto serving = serve_one(state, std::move(socket));
            asio::co_spawn(state->acceptor.get_executor(), std::move(serving), asio::detached);
            continue;
        }
        pause.expires_after(pause_when_full);
        co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

}  // namespace

LocalDoor::LocalDoor(asio::io_context& thread, std::filesystem::path file, Handler handler)
    : state_(std::make_shared<State>(thread, std::move(file), std::move(handler))) {
    try {
        std::filesystem::remove(state_->file);  // of a hub that was killed; the data folder's lock says that none runs
        const stream_protocol::endpoint endpoint(state_->file.string());
        state_->acceptor.open(endpoint.protocol());
        const auto before = ::umask(0177);
        ErrorCode error;
        state_->acceptor.bind(endpoint, error);
        ::umask(before);
        if (error) throw boost::system::system_error(error);
        state_->acceptor.listen();
    } catch (const std::exception& problem) {
        throw std::runtime_error(fmt::format("cannot make the socket {} for commands: {}; a shorter --data path may help",
                                             state_->file.string(), problem.what()));
    }
}

LocalDoor::~LocalDoor() {
    close();
}

void LocalDoor::start() {
    auto accepting = accept_all(state_);
    asio::co_spawn(state_->acceptor.get_executor(), std::move(accepting), asio::detached);
}

void LocalDoor::close() {
    asio::post(state_->acceptor.get_executor(), [state = state_] {
        if (std::exchange(state->closed, true)) return;
        ErrorCode ignored;
        state->acceptor.close(ignored);
        std::error_code gone;
        std::filesystem::remove(state->file, gone);
    });
}

}  // namespace pronto::net
