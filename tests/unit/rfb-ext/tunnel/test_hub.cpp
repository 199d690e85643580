#include "tests/unit/rfb-ext/tunnel/test_hub.hpp"

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "rfb-ext/control/codec.hpp"
#include "rfb-ext/tunnel/tls_stream_beast.hpp"

namespace pronto::tunnel::test {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

namespace {

constexpr auto completion = asio::as_tuple(asio::use_awaitable);
using Request = http::request<http::string_body>;

std::string problem(int status, const std::string& code, const std::string& message) {
    const std::string body =
        fmt::format(R"({{"status":{},"code":"{}","message":"{}","remedy":"Try otherwise."}})", status, code, message);
    return fmt::format("HTTP/1.1 {} No\r\nContent-Type: application/problem+json\r\nContent-Length: {}\r\n\r\n{}", status,
                       body.size(), body);
}

/// Whole messages are made before they are awaited: g++ 12 destroys the temporaries of such a statement twice.
std::string json(control::Message message, std::optional<std::uint64_t> re = std::nullopt) {
    return control::encode(control::Envelope{std::move(message), std::nullopt, re});
}

control::Refused refusal(control::Code code, std::string message) { return {{code, std::move(message), "Ask again."}}; }

std::string ok(const std::string& body) {
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

}  // namespace

class TestHub::Connection {
public:
    Connection(TestHub& hub, asio::ip::tcp::socket socket) : hub_(hub), stream_(std::move(socket), server_tls(hub.context_.get())) {
        ++hub_.open_;
        ++hub_.tries_;
        const std::lock_guard lock(hub_.mutex_);
        hub_.sockets_.insert(socket_);
    }
    ~Connection() {
        --hub_.open_;
        const std::lock_guard lock(hub_.mutex_);
        hub_.sockets_.erase(socket_);
    }

    asio::awaitable<void> serve() {
        if (is(Trouble::closes_at_once)) co_return;
        if (is(Trouble::silent_connection)) co_return co_await idle();
        if (is(Trouble::plain_http)) co_return co_await answer_plainly();
        const auto shaken = co_await stream_.handshake(TlsStream::Role::server);
        if (!shaken) co_return;
        Request request;
        const auto [error, bytes] = co_await http::async_read(stream_, buffer_, request, completion);
        if (error) co_return;
        const std::string target(request.target());
        if (target == "/api/v1/login") co_await log_in(std::move(request));
        else if (target == "/api/v1/control") co_await control(std::move(request));
        else if (target.starts_with("/api/v1/echo") || target.starts_with("/api/v1/check")) co_await rest(std::move(request));
        else co_await stream(std::move(request));
    }

private:
    bool is(Trouble trouble) const { return hub_.trouble_ == trouble; }

    asio::awaitable<void> idle() {
        co_await stream_.next_layer().async_wait(asio::socket_base::wait_error, completion);
    }

    asio::awaitable<void> answer_plainly() {
        const std::string answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
        co_await asio::async_write(stream_.next_layer(), asio::buffer(answer), completion);
        Bytes rest(1000);
        co_await stream_.next_layer().async_read_some(asio::buffer(rest), completion);
    }

    asio::awaitable<void> say(std::string words) {
        const auto sent = co_await stream_.write(as_bytes(words));
        stream_.close_gracefully();
        Bytes rest(1000);
        for (bool more = sent.has_value(); more;) {
            const auto got = co_await stream_.read(rest);
            more = got.has_value();
        }
    }

    asio::awaitable<void> log_in(Request request) {
        if (is(Trouble::login_says_nothing)) co_return co_await idle();
        if (is(Trouble::login_is_html)) co_return co_await say(ok("<html>router</html>"));
        if (is(Trouble::login_without_token)) co_return co_await say(ok("{\"token\":\"\"}"));
        if (is(Trouble::login_garbage)) co_return co_await say("220 mail.example ESMTP\r\n\r\n");
        const auto body = boost::json::parse(request.body());
        if (body.at("user") != user || body.at("password") != password || request.method() != http::verb::post)
            co_return co_await say(problem(401, "wrong_password", "User name or password is wrong."));
        co_await say(ok(fmt::format("{{\"token\":\"{}\",\"expires\":\"2026-11-22T00:00:00.000Z\"}}", login_token)));
    }

    asio::awaitable<void> control(Request request) {
        if (is(Trouble::control_says_nothing)) co_return co_await idle();
        if (is(Trouble::control_is_404)) co_return co_await say(problem(404, "not_found", "There is no control channel."));
        const std::string bearer(request[http::field::authorization]);
        websocket::stream<TlsStream, false> socket(std::move(stream_));
        const auto [error] = co_await socket.async_accept(request, completion);
        if (error) co_return;
        socket.text(true);
        const auto hello = co_await receive(socket);
        if (!hello || !std::holds_alternative<control::Hello>(hello->message)) co_return;
        const auto& said = std::get<control::Hello>(hello->message);
        const bool is_operator = said.role == control::Role::operator_;
        const auto count = hub_.note(said);
        const std::string expected = is_operator ? "Bearer " + std::string(login_token) : "";
        if (bearer != expected)
            co_return co_await refuse(socket, control::Code::unauthorized, "Log in first.");
        if (is(Trouble::hello_is_refused)) co_return co_await refuse(socket, control::Code::ticket_expired, "Too late.");
        if (is(Trouble::cannot_resume)) co_return co_await refuse(socket, control::Code::cannot_resume, "Too long ago.");
        if (is(Trouble::resume_is_late)) co_return co_await refuse(socket, control::Code::overloaded, "Too much to do.");
        if (is(Trouble::no_welcome)) co_return co_await receive_all(socket);
        if (is(Trouble::welcome_is_garbage)) co_return co_await send_text(socket, "{\"type\":\"welcome\"");
        control::Welcome welcome;
        welcome.peer = 7;
        welcome.name = "Ada";
        welcome.grace_ms = 60'000;
        if (!said.key.empty() || !said.resume.empty()) welcome.resume = fmt::format("resume-{}", count);
        const std::string greeting = json(welcome), ping = json(control::Ping{});
        co_await send_text(socket, greeting);
        co_await send_text(socket, ping);
        co_await send_text(socket, "{\"type\":\"from.the.future\"}");
        const bool hears = !is(Trouble::session_runs_unheard);
        if (is(Trouble::session_runs) || !hears || is(Trouble::session_ran)) {
            control::SessionStatus status;
            status.session = "1-abc";
            status.assistance = "1-def";
            status.state = control::SessionState::streaming;
            const std::string running = json(status);
            co_await send_text(socket, running);
        }
        if (is(Trouble::session_ran)) {
            control::SessionEnded ended;
            ended.session = "1-abc";
            ended.assistance = "1-def";
            const std::string over = json(ended);
            co_await send_text(socket, over);
        }
        if (is(Trouble::drops_after_welcome)) co_return socket.next_layer().close();
        if (is(Trouble::last_words)) co_return co_await refuse(socket, control::Code::stopping, "The hub goes to sleep.");
        if (is(Trouble::binary_nonsense)) co_await send_text(socket, "\x01\x02");
        co_await receive_all(socket, hears);
    }

    using Socket = websocket::stream<TlsStream, false>;

    asio::awaitable<std::optional<control::Envelope>> receive(Socket& socket) {
        beast::flat_buffer buffer;
        const auto [error, bytes] = co_await socket.async_read(buffer, completion);
        if (error == websocket::error::closed) ++hub_.goodbyes_;
        if (error) co_return std::nullopt;
        const auto data = buffer.cdata();
        auto envelope = control::decode({static_cast<const char*>(data.data()), data.size()});
        if (!envelope) co_return std::nullopt;
        co_return std::move(*envelope);
    }

    /// Counts pongs; answers session.end with session.ended (an echo) and ticket.new with a refusal.
    asio::awaitable<void> receive_all(Socket& socket, bool hears = true) {
        for (;;) {
            const auto got = co_await receive(socket);
            if (!got) co_return;
            if (!hears) continue;
            if (std::holds_alternative<control::Pong>(got->message)) ++hub_.pongs_;
            if (std::holds_alternative<control::Ping>(got->message)) {
                ++hub_.pings_;
                const std::string pong = json(control::Pong{}, got->id);
                co_await send_text(socket, pong);
            }
            hub_.note(*got);
            const auto* end = std::get_if<control::SessionEnd>(&got->message);
            if (end && is(Trouble::ends_are_unknown)) {
                const std::string answer = json(refusal(control::Code::not_found, "No such session."), got->id);
                co_await send_text(socket, answer);
            } else if (end) {
                control::SessionEnded ended;
                ended.session = end->session;
                ended.assistance = "1-def";
                const std::string answer = json(ended, got->id);
                co_await send_text(socket, answer);
            }
            if (std::holds_alternative<control::TicketNew>(got->message)) {
                const std::string answer = json(refusal(control::Code::forbidden, "No tickets today."), got->id);
                co_await send_text(socket, answer);
            }
        }
    }

    asio::awaitable<void> send_text(Socket& socket, std::string text) {
        const auto data = asio::buffer(text);
        co_await socket.async_write(data, completion);
    }
    asio::awaitable<void> refuse(Socket& socket, control::Code code, std::string message) {
        const std::string text = json(refusal(code, std::move(message)));
        co_await send_text(socket, text);
        const websocket::close_reason reason(websocket::close_code::normal);
        co_await socket.async_close(reason, completion);
    }

    /// Answers each request with what it was: "METHOD TARGET RANGE BODY"; a range with its bytes of the target.
    asio::awaitable<void> rest(Request request) {
        ++hub_.rest_connections_;
        if (is(Trouble::rest_says_nothing)) {
            Bytes rest(1000);
            co_await stream_.read(rest);  // until the other side goes
            co_return;
        }
        if (is(Trouble::rest_is_endless)) co_return co_await say("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n");
        for (bool more = true; more;) {
            const std::string answer = rest_answer(request);
            const auto sent = co_await stream_.write(as_bytes(answer));
            if (!sent || is(Trouble::rest_forgets)) co_return stream_.close();
            request = {};
            const auto [error, bytes] = co_await http::async_read(stream_, buffer_, request, completion);
            more = !error;
        }
    }
    std::string check_answer(const Request& request) const {
        const std::string target(request.target());
        if (is(Trouble::check_is_unknown)) return problem(401, "unauthorized", "You are not logged in.");
        if (is(Trouble::check_is_html)) return ok("<html>router</html>");
        const int protocol = is(Trouble::check_is_another_version) ? 99 : control::protocol_version;
        if (target == "/api/v1/check") return ok(fmt::format("{{\"software\":\"pronto-repeater test\",\"protocol\":{},\"node\":3}}", protocol));
        if (is(Trouble::check_refuses_loads)) return problem(429, "too_many_attempts", "Too many tests.");
        if (request.method() == http::verb::post) return ok(fmt::format("{{\"bytes\":{}}}", request.body().size()));
        return ok(std::string(std::stoul(target.substr(target.find('=') + 1)), '.'));
    }
    std::string rest_answer(const Request& request) const {
        if (request.target().starts_with("/api/v1/check")) return check_answer(request);
        if (request[http::field::authorization] != "Bearer " + std::string(login_token))
            return problem(401, "unauthorized", "The log-in has expired.");
        if (request.target() == "/api/v1/echo/forbidden") return problem(403, "forbidden", "Not yours.");
        const std::string range(request[http::field::range]);
        const std::string body = fmt::format("{} {} {} {}", std::string(request.method_string()), std::string(request.target()), range,
                                             request.body());
        if (range.empty()) return ok(body);
        return fmt::format("HTTP/1.1 206 Part\r\nContent-Range: bytes 7-{}/1000\r\nContent-Length: {}\r\n\r\n{}", 6 + body.size(),
                           body.size(), body);
    }

    asio::awaitable<void> stream(Request request) {
        const std::string authorization(request[http::field::authorization]);
        if (is(Trouble::stream_is_refused) || authorization != "Bearer " + std::string(stream_token) ||
            request.target() != "/api/v1/sessions/1-abc/streams/screen.1.1" || request[http::field::upgrade] != "pronto-stream")
            co_return co_await say(problem(401, "unauthorized", "The token is not valid."));
        if (is(Trouble::stream_head_endless)) {
            const std::string filler = "X-Filler: " + std::string(1000, 'x') + "\r\n";
            std::string head = "HTTP/1.1 101 Switching Protocols\r\n";
            for (int i = 0; i < 20; ++i) head += filler;
            co_return co_await say(head);
        }
        const std::string kind = is(Trouble::stream_upgrades_wrong) ? "websocket" : "pronto-stream";
        const std::string greeting = is(Trouble::stream_preface_half) ? "GREE" : stream_greeting;
        // In one write: the greeting comes right behind the head.
        const std::string answer =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: " + kind + "\r\n\r\n" + greeting;
        const auto sent = co_await stream_.write(as_bytes(answer));
        if (!sent || is(Trouble::stream_drops)) co_return stream_.close_gracefully();
        if (is(Trouble::stream_stalls)) co_return co_await idle();
        co_await echo();
    }

    asio::awaitable<void> echo() {
        Bytes buffer(64 * 1024);
        for (;;) {
            const auto got = co_await stream_.read(buffer);
            if (!got) co_return;
            const auto bytes = ByteView(buffer).first(*got);
            ++hub_.reads_;
            {
                const std::lock_guard lock(hub_.mutex_);
                hub_.received_ += as_text(bytes);
            }
            const auto sent = co_await stream_.write(bytes);
            if (!sent) co_return;
        }
    }

    TestHub& hub_;
    TlsStream stream_;
    const int socket_ = stream_.next_layer().native_handle();
    beast::flat_buffer buffer_;
};

TestHub::TestHub(Trouble trouble) : TestHub(std::make_shared<HubKey>(), 0, trouble) {}

TestHub::TestHub(std::shared_ptr<HubKey> key, std::uint16_t port, Trouble trouble)
    : trouble_(trouble), key_(std::move(key)), acceptor_(io_, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), port)) {
    asio::co_spawn(io_, accept_all(), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
}

TestHub::~TestHub() {
    io_.stop();
    thread_.join();
}

asio::awaitable<void> TestHub::accept_all() {
    for (;;) {
        auto [error, socket] = co_await acceptor_.async_accept(completion);
        if (error) co_return;
        auto serve = [](std::shared_ptr<Connection> connection) -> asio::awaitable<void> { co_await connection->serve(); };
        auto serving = serve(std::make_shared<Connection>(*this, std::move(socket)));
        asio::co_spawn(io_, std::move(serving), asio::detached);
    }
}

HubAddress TestHub::address() const { return {"127.0.0.1", acceptor_.local_endpoint().port()}; }

void TestHub::lose_all() {
    const std::lock_guard lock(mutex_);
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
}

std::size_t TestHub::note(const control::Hello& hello) {
    const std::lock_guard lock(mutex_);
    hellos_.push_back(hello);
    return hellos_.size();
}

void TestHub::note(const control::Envelope& envelope) {
    const std::lock_guard lock(mutex_);
    said_.push_back(control::encode(envelope));
}

std::vector<control::Hello> TestHub::hellos() const {
    const std::lock_guard lock(mutex_);
    return hellos_;
}

std::vector<std::string> TestHub::said() const {
    const std::lock_guard lock(mutex_);
    return said_;
}

std::string TestHub::received() const {
    const std::lock_guard lock(mutex_);
    return received_;
}

}  // namespace pronto::tunnel::test
