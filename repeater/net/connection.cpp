#include "repeater/net/connection.hpp"

#include <algorithm>
#include <sstream>

#include <boost/asio/as_tuple.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "repeater/net/control_channel.hpp"
#include "repeater/net/deadline.hpp"
#include "repeater/net/offered_token.hpp"
#include "repeater/net/problem.hpp"
#include "repeater/net/seats.hpp"
#include "rfb-ext/base/log.hpp"
#include "rfb-ext/tunnel/tls_stream_beast.hpp"

namespace pronto::net {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using Request = http::request<http::string_body>;
using Stream = tunnel::TlsStream;

constexpr Millis keep_alive_idle{30'000};
constexpr Millis answer_deadline{30'000};
constexpr std::string_view streams_prefix = "/api/v1/sessions/";

std::string_view text(beast::string_view view) { return {view.data(), view.size()}; }

std::string token_of(const Request& request) {
    return offered_token(text(request[http::field::authorization]), text(request[http::field::sec_websocket_protocol]));
}

std::string address_of(const Request& request, const std::string& socket_address, const Doorway& door) {
    if (!is_trusted_proxy(socket_address, door)) return socket_address;
    // The last line is the proxy's own; the client may have sent others.
    const auto lines = request.equal_range("X-Forwarded-For");
    std::string_view field;
    for (auto line = lines.first; line != lines.second; ++line) field = text(line->value());
    const auto comma = field.find_last_of(',');
    auto last = comma == std::string_view::npos ? field : field.substr(comma + 1);
    while (!last.empty() && last.front() == ' ') last.remove_prefix(1);
    ErrorCode error;
    const auto forwarded = asio::ip::make_address(std::string(last), error);
    return error ? socket_address : forwarded.to_string();
}

struct StreamPath {
    std::string session;
    std::string stream;
};

/// "/api/v1/sessions/{id}/streams/{stream}", or nothing.
std::optional<StreamPath> stream_path(std::string_view target) {
    if (target.substr(0, streams_prefix.size()) != streams_prefix) return std::nullopt;
    target.remove_prefix(streams_prefix.size());
    constexpr std::string_view middle = "/streams/";
    const auto at = target.find(middle);
    if (at == std::string_view::npos) return std::nullopt;
    return StreamPath{std::string(target.substr(0, at)), std::string(target.substr(at + middle.size()))};
}

bool wants_raw_stream(const Request& request) {
    return beast::iequals(request[http::field::upgrade], "pronto-stream") &&
           http::token_list(request[http::field::connection]).exists("upgrade");
}

/// A page of another site must not open channels with a visitor's network rights.
bool same_origin(const Request& request) {
    const auto origin = text(request[http::field::origin]);
    if (origin.empty()) return true;
    const auto slashes = origin.find("://");
    return slashes != std::string_view::npos && origin.substr(slashes + 3) == text(request[http::field::host]);
}

HttpRequest plain(const Request& request, std::string address) {
    const auto target = text(request.target());
    const auto question = target.find('?');
    HttpRequest plain;
    plain.method = std::string(text(request.method_string()));
    plain.path = std::string(target.substr(0, question));
    if (question != std::string_view::npos) plain.query = std::string(target.substr(question + 1));
    plain.bearer = bearer_token(text(request[http::field::authorization]));
    plain.range = std::string(text(request[http::field::range]));
    plain.if_none_match = std::string(text(request[http::field::if_none_match]));
    plain.body = request.body();
    plain.address = std::move(address);
    return plain;
}

/// One connection's life; lives in its own coroutine frame.
class Connection {
public:
    Connection(asio::ip::tcp::socket socket, std::string address, Admission::Place place, std::shared_ptr<const Doorway> door)
        : stream_(std::move(socket), tunnel::server_tls(door->tls)),
          address_(std::move(address)),
          place_(std::move(place)),
          door_(std::move(door)) {}

    asio::awaitable<void> run() {
        auto deadline = std::make_unique<Deadline>(stream_.get_executor(), door_->head_deadline, [this] { stream_.close(); });
        const auto secured = co_await stream_.handshake(Stream::Role::server);
        if (secured.has_error()) co_return log::debug("TLS with {} failed: {}", address_, secured.error().message());
        bool more = true;
        while (more) {
            auto request = co_await read_request();
            deadline.reset();
            if (!request) break;
            more = co_await answer(std::move(*request));
            if (!more) break;
            deadline = std::make_unique<Deadline>(stream_.get_executor(), keep_alive_idle, [this] { stream_.close(); });
        }
        if (!handed_over_) stream_.close_gracefully();
    }

private:
    asio::awaitable<std::optional<Request>> read_request() {
        http::request_parser<http::string_body> parser;
        parser.header_limit(longest_http_head);
        parser.body_limit(longest_http_body);
        const auto [problem, bytes] = co_await http::async_read(stream_, buffer_, parser, asio::as_tuple(asio::use_awaitable));
        head_only_ = parser.get().method() == http::verb::head;
        if (!problem) co_return parser.release();
        if (problem == http::error::body_limit || problem == http::error::header_limit)
            co_await reply(problem_response(control::Code::too_large, "The request is too large.", ""), false);
        else if (problem.category() == make_error_code(http::error::bad_method).category() && problem != http::error::end_of_stream &&
                 problem != http::error::partial_message)
            co_await reply(problem_response(control::Code::bad_request, "This is not an HTTP request.", ""), false);
        co_return std::nullopt;
    }

    /// Returns whether another request may follow on the connection.
    asio::awaitable<bool> answer(Request request) {
        const auto address = address_of(request, address_, *door_);
        head_only_ = request.method() == http::verb::head;
        if (address != address_ && !admit(address)) {
            control::Error error{control::Code::overloaded, "Too many connections that have not logged in come from this address.",
                                 "Try again in a few minutes."};
            co_await refuse(std::move(error));
            co_return false;
        }
        const bool websocket = beast::websocket::is_upgrade(request);
        const auto stream = stream_path(text(request.target()));
        if (websocket && request.target() == "/api/v1/control") {
            co_await open_control(std::move(request), address);
            co_return false;
        }
        if (stream && (websocket || wants_raw_stream(request))) {
            co_await open_stream(std::move(request), *stream, address, websocket);
            co_return false;
        }
        if (stream && request.method() == http::verb::get) {
            co_await require_upgrade();
            co_return false;
        }
        const bool keep_alive = request.keep_alive();
        auto asked = plain(request, address);
        if (head_only_) asked.method = "GET";
        auto deadline = std::make_unique<Deadline>(stream_.get_executor(), answer_deadline, [this] { stream_.close(); });
        auto response = co_await door_->http(std::move(asked));
        deadline.reset();
        if (response.authenticated) place_.release();
        co_await reply(std::move(response), keep_alive);
        co_return keep_alive;
    }

    /// A trusted proxy told whose connection this is: it counts as his.
    bool admit(const std::string& address) {
        place_.release();
        place_ = door_->admission->enter(address);
        return static_cast<bool>(place_);
    }

    asio::awaitable<void> reply(HttpResponse response, bool keep_alive) {
        const Deadline deadline(stream_.get_executor(), answer_deadline, [this] { stream_.close(); });
        http::response<http::string_body> message(static_cast<http::status>(response.status), 11);
        message.set(http::field::server, "pronto");
        if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
        message.set(http::field::cache_control, response.cache_control);
        message.set("X-Content-Type-Options", "nosniff");
        message.set("Strict-Transport-Security", "max-age=31536000");
        if (!response.content_range.empty()) message.set(http::field::content_range, response.content_range);
        if (response.retry_after_s > 0) message.set(http::field::retry_after, std::to_string(response.retry_after_s));
        if (response.status == 401) message.set(http::field::www_authenticate, "Bearer");
        for (const auto& [name, value] : response.headers) message.set(name, value);
        message.keep_alive(keep_alive);
        if (response.status != 304) message.content_length(response.body.size());  // it would be the length of what is not sent
        if (!head_only_) message.body() = std::move(response.body);
        const auto [problem, bytes] = co_await http::async_write(stream_, message, asio::as_tuple(asio::use_awaitable));
        if (problem) stream_.close();
    }

    asio::awaitable<void> refuse(control::Error error) {
        co_await reply(problem_response(error.code, std::move(error.message), std::move(error.remedy)), false);
    }

    /// Something on the way took the upgrade out. The token is not looked at: it is still good when the program comes back
    /// with a WebSocket.
    asio::awaitable<void> require_upgrade() {
        auto response = problem_response(control::Code::bad_request, "A stream is an upgraded connection; the upgrade did not get here.",
                                         "Have the programs on the way between let upgrades to WebSocket pass.", 426);
        response.headers.emplace_back("Upgrade", "pronto-stream, websocket");
        co_await reply(std::move(response), false);
    }

    asio::awaitable<void> open_control(Request request, std::string address) {
        if (!same_origin(request)) {
            control::Error error{control::Code::forbidden, "A page of another site may not open a control channel.", ""};
            co_await refuse(std::move(error));
            co_return;
        }
        const auto token = token_of(request);
        std::optional<hub::Account> account;
        if (!token.empty()) {
            auto checking = [token](HubThread::Desk& desk) { return desk.tokens.check(token); };
            account = co_await door_->hub->ask(std::move(checking));
            if (!account) {
                control::Error error{control::Code::unauthorized, "The log-in has expired.", "Log in again."};
                co_await refuse(std::move(error));
                co_return;
            }
        }
        handed_over_ = true;
        co_await serve_control_channel(std::move(stream_), head_of(request), std::move(account), std::move(address),
                                       std::move(place_), *door_->hub);
    }

    asio::awaitable<void> open_stream(Request request, StreamPath path, std::string address, bool websocket) {
        auto redeeming = [this, path, address, token = token_of(request)](HubThread::Desk& desk) {
            return seat(desk, path, address, token);
        };
        auto seated = co_await door_->hub->ask(std::move(redeeming));
        if (auto* error = std::get_if<control::Error>(&seated)) {
            co_await refuse(std::move(*error));
            co_return;
        }
        auto& place = std::get<Seat>(seated);
        Upgrade upgrade;
        upgrade.head = head_of(request);
        upgrade.websocket = websocket;
        const auto early = buffer_.cdata();
        upgrade.early.assign(static_cast<const Byte*>(early.data()), static_cast<const Byte*>(early.data()) + early.size());
        handed_over_ = true;
        upgrade.parts = stream_.release();
        Joining joining;
        joining.connection = arrival_of(std::move(upgrade));
        place.relay->join(place.side, std::move(joining));
    }

    /// On the hub's thread.
    std::variant<Seat, control::Error> seat(HubThread::Desk& desk, const StreamPath& path, const std::string& address,
                                            const std::string& token) {
        // Tokens cannot be guessed, so a right one is never refused for others' mistakes behind the same address.
        auto seated = take_seat(desk, *door_, path.session, path.stream, token);
        if (std::holds_alternative<Seat>(seated)) return seated;
        if (!desk.attempts.allowed(address))
            return control::Error{control::Code::too_many_attempts, "Too many wrong tokens came from this address.",
                                  "Wait ten minutes."};
        desk.attempts.missed(address);
        return seated;
    }

    static std::string head_of(const Request& request) {
        std::ostringstream head;
        head << request.base();
        return std::move(head).str();
    }

    Stream stream_;
    beast::flat_buffer buffer_;
    std::string address_;
    Admission::Place place_;
    std::shared_ptr<const Doorway> door_;
    bool head_only_ = false;    ///< the request under way is a HEAD
    bool handed_over_ = false;  ///< the stream went to a control channel or a relay
};

}  // namespace

bool is_trusted_proxy(const std::string& address, const Doorway& door) {
    const auto& proxies = door.trusted_proxies;
    return std::find(proxies.begin(), proxies.end(), address) != proxies.end();
}

asio::awaitable<void> serve_connection(asio::ip::tcp::socket socket, std::string address, Admission::Place place,
                                       std::shared_ptr<const Doorway> door) {
    ErrorCode ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    Connection connection(std::move(socket), std::move(address), std::move(place), std::move(door));
    co_await connection.run();
}

}  // namespace pronto::net
